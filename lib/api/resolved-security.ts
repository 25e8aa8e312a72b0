/**
 * Who makes the certificates of a cluster. A listener with TLS that names no Secret of its own gets a generated certificate, also
 * without `sslSecrets`: TLS that was asked for must never wait for somebody to think of a CA.
 */
import { parseProperties } from '../kafka/properties';
import { scramMechanism } from '../kafka/scram';
import { parseDuration } from './duration';
import type { DefaultedSpec } from './kafka-cluster';
import type { ResolvedListener, ResolvedListeners, ResolvedPki, ResolvedSecurity } from './resolved-cluster';
import { sslSecrets } from './ssl-secrets';

export const usesTls = ({ protocol }: Pick<ResolvedListener, 'protocol'>): boolean => protocol === 'ssl' || protocol === 'sasl_ssl';
export const usesSasl = ({ protocol }: Pick<ResolvedListener, 'protocol'>): boolean => protocol.startsWith('sasl_');

/** Internal and external listeners, in spec order. */
export const everyListener = ({ internal, external }: ResolvedListeners): readonly ResolvedListener[] => [...internal, ...external];

/** What is missing is as in the schema. */
const DEFAULTS = sslSecrets.parse({ tlsSecretName: '' });

export function resolveSecurity(spec: DefaultedSpec, listeners: ResolvedListeners): ResolvedSecurity {
  const all = everyListener(listeners);
  const generated = all.some((listener) => usesTls(listener) && listener.ownSecret === undefined);
  const readOnlyConfig = parseProperties(spec.readOnlyConfig ?? '');
  return {
    pki: generated || (all.some(usesTls) && spec.listenersConfig.sslSecrets !== undefined) ? pkiOf(spec) : undefined,
    clientSecret: spec.clientSSLCertSecret?.name,
    scram: all.some((listener) => usesSasl(listener) && offersScram(listener, readOnlyConfig)),
    authorizer: [spec, ...spec.brokers].some(namesAuthorizer),
    topicNamespaces: namespacesOf(spec.topicNamespaces),
    userNamespaces: namespacesOf(spec.userNamespaces),
  };
}

const namesAuthorizer = ({ readOnlyConfig }: { readonly readOnlyConfig?: string | undefined }): boolean =>
  (parseProperties(readOnlyConfig ?? '')['authorizer.class.name'] ?? '') !== '';

function pkiOf({ listenersConfig: { sslSecrets: written } }: DefaultedSpec): ResolvedPki {
  const { pkiBackend, keyType, ...times } = written ?? DEFAULTS;
  const issuer = issuerOf(written);
  return {
    backend: pkiBackend === 'cert-manager' || (issuer !== undefined && pkiBackend === undefined) ? 'cert-manager' : 'operator',
    issuer,
    ownAuthority: issuer === undefined && written !== undefined && written.create !== true ? written.tlsSecretName : undefined,
    keyType,
    durationMs: milliseconds(times.duration),
    renewBeforeMs: milliseconds(times.renewBefore),
    caDurationMs: milliseconds(times.caDuration),
    caOverlapMs: milliseconds(times.caOverlap),
  };
}

function issuerOf(written: DefaultedSpec['listenersConfig']['sslSecrets']): ResolvedPki['issuer'] {
  const reference = written?.issuerRef;
  return reference && { name: reference.name, kind: reference.kind ?? 'Issuer', group: reference.group ?? 'cert-manager.io' };
}

const milliseconds = (duration: string): number => parseDuration(duration) ?? 0;

/** Mechanisms that the user chose are the user's; SCRAM is what a listener offers that says nothing. */
export const offersScram = (listener: Pick<ResolvedListener, 'name'>, written: Readonly<Record<string, string>>): boolean =>
  scramMechanism(listener, written) !== undefined;

const namespacesOf = (written: readonly string[] | undefined): readonly string[] | '*' =>
  written?.includes('*') === true ? '*' : (written ?? []);
