/**
 * What can be wrong with TLS, SASL and authorisation. Each of these would only show when nodes run: as a quorum that cannot form,
 * brokers that nobody may talk to, or clients that are sent to a proxy which speaks another language. So they are refused with the spec.
 */
import { CLIENT } from '../kafka/listener-security';
import { parseProperties } from '../kafka/properties';
import { isObjectName } from './host-name';
import type { DefaultedSpec } from './kafka-cluster';
import type { Problem, ProblemCode } from './problem';
import { checkAuthorizer } from './authorizer-checks';
import { offersScram, usesSasl, usesTls } from './resolved-security';
import { checkSslSecrets } from './ssl-secrets-checks';

type Listeners = DefaultedSpec['listenersConfig'];
type CommonListener = Pick<
  Listeners['internalListeners'][number],
  'name' | 'type' | 'containerPort' | 'serverSSLCertSecret' | 'sslClientAuth' | 'usedForInnerBrokerCommunication'
>;

/** A listener where it stands in the spec. */
interface PlacedListener {
  readonly path: string;
  readonly listener: CommonListener;
}

export const checkSecurity = (spec: DefaultedSpec): readonly Problem[] => [
  ...placed(spec.listenersConfig).flatMap((place) => [...checkReservedName(place), ...checkOwnSecret(place)]),
  ...checkClientSecret(spec),
  ...checkControllers(spec),
  ...checkSslSecrets(spec.listenersConfig),
  ...checkAuthorizer(spec),
];

const problem = (path: string, code: ProblemCode, message: string): Problem => ({ path, code, message });

function placed({ internalListeners, externalListeners = [] }: Listeners): readonly PlacedListener[] {
  const at = (kind: string) => (listener: CommonListener, index: number) => ({
    path: `spec.listenersConfig.${kind}[${String(index)}]`,
    listener,
  });
  return [...internalListeners.map(at('internalListeners')), ...externalListeners.map(at('externalListeners'))];
}

const speaksTls = ({ type }: Pick<CommonListener, 'type'>): boolean => usesTls({ protocol: type });

/** The certificate of Cruise Control lies beside those of the listeners, each under its name. */
function checkReservedName({ path, listener }: PlacedListener): readonly Problem[] {
  if (listener.name !== CLIENT || !speaksTls(listener)) return [];
  const message = `cannot call a listener with TLS ${CLIENT}, under which the certificate of Cruise Control lies: choose another name, for example ${CLIENT}s`;
  return [problem(`${path}.name`, 'Invalid', message)];
}

function checkOwnSecret({ path, listener }: PlacedListener): readonly Problem[] {
  const name = listener.serverSSLCertSecret?.name;
  if (name === undefined || isObjectName(name)) return [];
  return [problem(`${path}.serverSSLCertSecret.name`, 'Invalid', unreadable(name))];
}

const unreadable = (name: string): string => `cannot read ${JSON.stringify(name.slice(0, 60))} as the name of a Secret: correct it`;

/** Where nothing is generated, the operator has nothing to show but what it is given. */
function checkClientSecret({ clientSSLCertSecret, listenersConfig }: DefaultedSpec): readonly Problem[] {
  const at = 'spec.clientSSLCertSecret';
  if (clientSSLCertSecret !== undefined) {
    return isObjectName(clientSSLCertSecret.name) ? [] : [problem(`${at}.name`, 'Invalid', unreadable(clientSSLCertSecret.name))];
  }
  const all = placed(listenersConfig).filter(({ listener }) => speaksTls(listener));
  const generates = listenersConfig.sslSecrets !== undefined || all.some(({ listener }) => listener.serverSSLCertSecret === undefined);
  const asking = listenersConfig.internalListeners.find(
    (listener) => listener.type === 'ssl' && (listener.sslClientAuth ?? 'required') !== 'none',
  );
  if (all.length === 0 || generates || asking === undefined) return [];
  const message = `cannot connect to ${asking.name}, which asks clients for a certificate, while every certificate is your own: write the Secret of a client's certificate, or sslSecrets to have one made`;
  return [problem(at, 'Required', message)];
}

/** Passwords of SCRAM are records of the quorum: its own listener would need them before there is any. */
function checkControllers({ listenersConfig, readOnlyConfig }: DefaultedSpec): readonly Problem[] {
  const written = parseProperties(readOnlyConfig ?? '');
  return listenersConfig.internalListeners.flatMap((listener, index) => {
    const { name, type, usedForControllerCommunication: isQuorum } = listener;
    if (!isQuorum || !usesSasl({ protocol: type }) || !needsScram(name, written)) return [];
    const message = `cannot log in to the quorum by SCRAM, whose passwords the quorum itself keeps: write ssl, or a mechanism of your own in readOnlyConfig (listener.name.${name}.sasl.enabled.mechanisms and sasl.mechanism.controller.protocol)`;
    return [problem(`spec.listenersConfig.internalListeners[${String(index)}].type`, 'Invalid', message)];
  });
}

function needsScram(name: string, written: Readonly<Record<string, string>>): boolean {
  const used = written['sasl.mechanism.controller.protocol'];
  return used === undefined ? offersScram({ name }, written) : used.startsWith('SCRAM-');
}
