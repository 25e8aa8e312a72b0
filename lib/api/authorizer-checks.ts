/**
 * Authorisation. A node that shows neither a certificate nor a password is nobody (`User:ANONYMOUS`), and an authorizer that lets nobody
 * in lets no node in: no quorum forms, no broker registers. Better refused than found out after the restart of everything.
 */
import { STANDARD_AUTHORIZER, withCurrentAuthorizer } from '../kafka/authorizer';
import { parseProperties } from '../kafka/properties';
import type { DefaultedSpec } from './kafka-cluster';
import type { Problem } from './problem';
import type { Hint } from './resolved-cluster';
import { usesSasl, usesTls } from './resolved-security';

type InternalListener = DefaultedSpec['listenersConfig']['internalListeners'][number];

interface Place {
  readonly path: string;
  readonly settings: Readonly<Record<string, string>>;
}

/** The cluster's settings, and those of each broker laid over them. */
function placesOf({ readOnlyConfig, brokers }: DefaultedSpec): readonly Place[] {
  const ofCluster = parseProperties(readOnlyConfig ?? '');
  return [
    { path: 'spec.readOnlyConfig', settings: ofCluster },
    ...brokers.flatMap(({ readOnlyConfig: text }, index) => {
      const own = parseProperties(text ?? '');
      return CLASS in own ? [{ path: `spec.brokers[${String(index)}].readOnlyConfig`, settings: { ...ofCluster, ...own } }] : [];
    }),
  ];
}

const CLASS = 'authorizer.class.name';

export function checkAuthorizer(spec: DefaultedSpec): readonly Problem[] {
  const { internalListeners } = spec.listenersConfig;
  const nameless = internalListeners.find((listener) => isUsed(listener, internalListeners) && !knowsClients(listener));
  if (nameless === undefined) return [];
  const who = nameless.usedForControllerCommunication ? 'the controllers' : 'the brokers';
  const why = nameless.type === 'ssl' ? 'asks for no certificate' : 'is plaintext';
  return placesOf(spec)
    .filter((place) => checksAcls(place) && !letsNobodyIn(place))
    .map(({ path }) => ({
      path: `${path}[${CLASS}]`,
      code: 'Invalid',
      message: `cannot check who does what while ${who} talk over ${nameless.name}, which ${why}: they would be nobody, and be refused; write type ssl with sslClientAuth: required for it, or User:ANONYMOUS in super.users`,
    }));
}

/** By the nodes among themselves, or by the operator. */
function isUsed(listener: InternalListener, all: readonly InternalListener[]): boolean {
  const {
    usedForControllerCommunication: quorum,
    usedForInnerBrokerCommunication: inner,
    usedForKafkaAdminCommunication: admin,
  } = listener;
  if (quorum || inner || admin) return true;
  const others = all.filter((each) => !each.usedForControllerCommunication);
  return listener === others[0] && !others.some((each) => each.usedForInnerBrokerCommunication);
}

const knowsClients = ({ type, sslClientAuth }: InternalListener): boolean =>
  usesSasl({ protocol: type }) || (usesTls({ protocol: type }) && sslClientAuth !== 'none');

const checksAcls = ({ settings }: Place): boolean => withCurrentAuthorizer(settings)[CLASS]?.trim() === STANDARD_AUTHORIZER;

function letsNobodyIn({ settings }: Place): boolean {
  const users = (settings['super.users'] ?? '').split(';').map((user) => user.trim());
  return users.includes('User:ANONYMOUS') || settings['allow.everyone.if.no.acl.found']?.trim().toLowerCase() === 'true';
}

/** Koperator's samples name the authorizer of ZooKeeper's times. */
export const authorizerHints = (spec: DefaultedSpec): readonly Hint[] =>
  placesOf(spec).flatMap(({ path, settings }) => {
    const name = settings[CLASS];
    if (name === undefined || withCurrentAuthorizer(settings) === settings) return [];
    return [
      {
        path: `${path}[${CLASS}]`,
        message: `${name} keeps ACLs in ZooKeeper; ${STANDARD_AUTHORIZER}, which does the same with KRaft, is used for it`,
      },
    ];
  });
