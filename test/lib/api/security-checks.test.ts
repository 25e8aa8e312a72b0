import { resolve } from '../../../lib/api/resolve';
import { cluster, combined, controller, external, internal, spec } from './specs';

type Json = Record<string, unknown>;

const outcome = (of: Json): { readonly problems: readonly string[]; readonly hints: readonly string[] } => {
  const { problems, cluster: resolved } = resolve(cluster(of));
  return { problems: problems.map(({ code, path }) => `${code} ${path}`), hints: resolved?.hints.map(({ path }) => path) ?? [] };
};
const problemsOf = (of: Json): readonly string[] => outcome(of).problems;

const tls = (internalChanges: Json = {}, more: Json = {}, config: Json = {}): Json =>
  spec({
    listenersConfig: { internalListeners: [internal({ type: 'ssl', ...internalChanges }), controller({ type: 'ssl' })], ...config },
    ...more,
  });
const signed = (sslSecrets: Json): Json => tls({}, {}, { sslSecrets: { tlsSecretName: 'ca', ...sslSecrets } });
const SECRETS = 'spec.listenersConfig.sslSecrets';
const OWN = { serverSSLCertSecret: { name: 'own' } };
const AUTHORIZER = 'authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer\n';

describe('is accepted', () => {
  test.each<[string, Json]>([
    ['TLS without a word about certificates', tls()],
    ['TLS with a CA of the operator', signed({ create: true })],
    ['TLS with a CA of the user', signed({})],
    ['an issuer of cert-manager', signed({ create: true, issuerRef: { name: 'ca' } })],
    ['an own Secret without sslSecrets, and one for clients', tls(OWN, { clientSSLCertSecret: { name: 'client' } })],
    ['own Secrets everywhere where no client is asked', { ...tls({ ...OWN, sslClientAuth: 'none' }) }],
    [
      'SASL with and without TLS beside a quorum with TLS',
      tls({ type: 'sasl_ssl' }, {}, { externalListeners: [external({ type: 'sasl_plaintext' })] }),
    ],
    [
      'a mechanism of the user’s own in the quorum',
      spec({
        listenersConfig: { internalListeners: [internal(), controller({ type: 'sasl_plaintext' })] },
        readOnlyConfig: 'listener.name.controller.sasl.enabled.mechanisms=PLAIN\nsasl.mechanism.controller.protocol=PLAIN\n',
      }),
    ],
    ['ACLs where everybody shows a certificate', tls({}, { readOnlyConfig: AUTHORIZER })],
    ['ACLs where everybody logs in', tls({ type: 'sasl_plaintext' }, { readOnlyConfig: AUTHORIZER })],
    ['ACLs where nobody is let in', spec({ readOnlyConfig: `${AUTHORIZER}super.users=User:a; User:ANONYMOUS\n` })],
    ['ACLs where none means everything', spec({ readOnlyConfig: `${AUTHORIZER}allow.everyone.if.no.acl.found=true\n` })],
    ['an authorizer of the user’s own', spec({ readOnlyConfig: 'authorizer.class.name=com.example.Authorizer\n' })],
    ['the shortest times', signed({ duration: '2s', renewBefore: '1s', caDuration: '3s', caOverlap: '0s' })],
    ['the times of an issuer that is there already', signed({ issuerRef: { name: 'ca' }, duration: '4000d', renewBefore: '30d' })],
    [
      'a listener without TLS called client',
      spec({ listenersConfig: { internalListeners: [internal({ name: 'client' }), controller()] } }),
    ],
  ])('%s', (_name, of) => {
    expect(problemsOf(of)).toEqual([]);
  });
});

describe('is refused with its place', () => {
  const quorum = 'spec.listenersConfig.internalListeners[1]';
  test.each<[string, Json, string]>([
    ['a CA without a name', signed({ tlsSecretName: '' }), `Required ${SECRETS}.tlsSecretName`],
    ['a CA in what is no Secret', signed({ tlsSecretName: 'Not_a_name' }), `Invalid ${SECRETS}.tlsSecretName`],
    ['an issuer beside the operator', signed({ issuerRef: { name: 'ca' }, pkiBackend: 'operator' }), `Invalid ${SECRETS}.pkiBackend`],
    ['signing requests of Kubernetes', signed({ pkiBackend: 'k8s-csr' }), `NotSupported ${SECRETS}.pkiBackend`],
    ['a certificate of no length', signed({ duration: '0s' }), `OutOfRange ${SECRETS}.duration`],
    ['a certificate beyond all dates', signed({ duration: '99999999999d' }), `OutOfRange ${SECRETS}.duration`],
    [
      'less than cert-manager takes',
      signed({ issuerRef: { name: 'ca' }, duration: '30m', renewBefore: '10m' }),
      `OutOfRange ${SECRETS}.duration`,
    ],
    ['a renewal before the beginning', signed({ duration: '10d', renewBefore: '10d' }), `Invalid ${SECRETS}.renewBefore`],
    ['a certificate that outlives its CA', signed({ caDuration: '90d' }), `Invalid ${SECRETS}.duration`],
    [
      'an own certificate in what is no Secret',
      tls({ serverSSLCertSecret: { name: '' } }),
      'Invalid spec.listenersConfig.internalListeners[0].serverSSLCertSecret.name',
    ],
    [
      'a certificate of clients in what is no Secret',
      tls({}, { clientSSLCertSecret: { name: 'A' } }),
      'Invalid spec.clientSSLCertSecret.name',
    ],
    [
      'nothing to show where all certificates are the user’s own',
      spec({ listenersConfig: { internalListeners: [internal({ type: 'ssl', ...OWN }), controller()] } }),
      'Required spec.clientSSLCertSecret',
    ],
    ['the name of Cruise Control’s certificate', tls({ name: 'client' }), 'Invalid spec.listenersConfig.internalListeners[0].name'],
    [
      'SCRAM in the quorum',
      spec({ listenersConfig: { internalListeners: [internal(), controller({ type: 'sasl_ssl' })] } }),
      `Invalid ${quorum}.type`,
    ],
    [
      'SCRAM in the quorum, by the user’s own word',
      spec({
        listenersConfig: { internalListeners: [internal(), controller({ type: 'sasl_ssl' })] },
        readOnlyConfig: 'sasl.mechanism.controller.protocol=SCRAM-SHA-256\n',
      }),
      `Invalid ${quorum}.type`,
    ],
    ['ACLs where nodes are nobody', spec({ readOnlyConfig: AUTHORIZER }), 'Invalid spec.readOnlyConfig[authorizer.class.name]'],
    [
      'ACLs of one broker where nodes are nobody',
      spec({ brokers: [{ ...combined(0), readOnlyConfig: AUTHORIZER }] }),
      'Invalid spec.brokers[0].readOnlyConfig[authorizer.class.name]',
    ],
    [
      'ACLs where brokers show no certificate',
      tls({ sslClientAuth: 'none' }, { readOnlyConfig: AUTHORIZER }),
      'Invalid spec.readOnlyConfig[authorizer.class.name]',
    ],
    [
      'ACLs where the operator is nobody',
      tls(
        {},
        { readOnlyConfig: AUTHORIZER },
        {
          internalListeners: [
            internal({ type: 'ssl' }),
            controller({ type: 'ssl' }),
            internal({ name: 'admin', containerPort: 29094, usedForInnerBrokerCommunication: false, usedForKafkaAdminCommunication: true }),
          ],
        },
      ),
      'Invalid spec.readOnlyConfig[authorizer.class.name]',
    ],
  ])('%s', (_name, of, problem) => {
    expect(problemsOf(of)).toEqual([problem]);
  });
});

describe('the authorizers of ZooKeeper’s times', () => {
  test.each(['kafka.security.authorizer.AclAuthorizer', 'kafka.security.auth.SimpleAclAuthorizer'])(
    '%s is taken for the standard one',
    (name) => {
      const of = tls({}, { readOnlyConfig: `authorizer.class.name=${name}\n` });
      const { cluster: resolved } = resolve(cluster(of));
      expect(resolved?.readOnlyConfig['authorizer.class.name']).toBe('org.apache.kafka.metadata.authorizer.StandardAuthorizer');
      expect(resolved?.security.authorizer).toBe(true);
      expect(outcome(of).hints).toEqual(['spec.readOnlyConfig[authorizer.class.name]']);
    },
  );

  test('is refused like it where nodes are nobody', () => {
    const readOnlyConfig = 'authorizer.class.name=kafka.security.authorizer.AclAuthorizer\n';
    expect(problemsOf(spec({ readOnlyConfig }))).toEqual(['Invalid spec.readOnlyConfig[authorizer.class.name]']);
  });

  test('of one broker counts too', () => {
    const of = tls(
      {},
      { brokers: [{ ...combined(0), readOnlyConfig: 'authorizer.class.name=kafka.security.authorizer.AclAuthorizer\n' }] },
    );
    const { cluster: resolved } = resolve(cluster(of));
    expect(resolved?.security.authorizer).toBe(true);
    expect(resolved?.nodes[0]?.readOnlyConfig['authorizer.class.name']).toMatch(/StandardAuthorizer$/);
  });
});
