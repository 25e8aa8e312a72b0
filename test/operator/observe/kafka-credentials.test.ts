import type { TargetSecurity } from '../../../operator/clients/kafka/connection';
import { kafkaCredentials } from '../../../operator/observe/kafka-credentials';
import { clientStores } from '../../../operator/pki/keystore-secret';
import { KubeError } from '../../../operator/runtime/kube-error';
import type { KubeObject, ObjectRef } from '../../../operator/runtime/kube-types';
import { testAuthority, type Issued } from '../../tls/authority';

const security = (parts: Partial<TargetSecurity> = {}): TargetSecurity => ({
  namespace: 'kafka',
  tls: { trust: 'CA', clientSecret: 'orders-controller' },
  scram: undefined,
  revision: 'one',
  ...parts,
});
const scram = { secret: 'orders-sasl', username: 'kafka-operator', mechanism: 'SCRAM-SHA-512' } as const;

const secretOf = (name: string, data: Readonly<Record<string, string>>, resourceVersion = '1'): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace: 'kafka', uid: name, resourceVersion, creationTimestamp: '' },
  data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')])),
});

function kubeOf(...secrets: readonly KubeObject[]) {
  const state = { secrets, asked: [] as string[], at: 0 };
  const get = (ref: ObjectRef): Promise<KubeObject> => {
    state.asked.push(ref.name);
    const found = state.secrets.find(({ metadata }) => metadata.name === ref.name);
    return found === undefined
      ? Promise.reject(new KubeError({ status: 404, reason: 'NotFound', said: 'not found', verb: 'get', ref }))
      : Promise.resolve(found);
  };
  return { state, credentials: kafkaCredentials({ get }, () => state.at) };
}

let issued: Issued;
beforeAll(async () => {
  issued = await (await testAuthority()).issue('operator');
});
const client = (resourceVersion?: string) =>
  secretOf('orders-controller', { 'tls.crt': issued.cert, 'tls.key': issued.key }, resourceVersion);

describe('what the operator shows to Kafka', () => {
  it('is nothing, and no Secret is read, where clear text is spoken', async () => {
    const { state, credentials } = kubeOf();
    await expect(credentials({})).resolves.toEqual({});
    expect(state.asked).toEqual([]);
  });

  it('is the certificate of the Secret, and who is trusted is what the target says', async () => {
    const { credentials } = kubeOf(client());
    const { tls } = await credentials({ security: security() });
    expect([tls?.ca, String(tls?.cert).trim(), tls?.key]).toEqual(['CA', issued.cert.trim(), issued.key]);
  });

  it('may come from a key store of Java', async () => {
    const read = kubeOf({ ...client(), data: { ...clientStores({ key: issued.key, certificate: issued.cert }, [], 'pass1234') } });
    const { tls } = await read.credentials({ security: security() });
    expect(String(tls?.cert).trim()).toBe(issued.cert.trim());
  });

  it('is no certificate where none is asked for', async () => {
    const { state, credentials } = kubeOf();
    const { tls } = await credentials({ security: security({ tls: { trust: 'CA', clientSecret: undefined } }) });
    expect([tls?.ca, tls?.cert, state.asked]).toEqual(['CA', undefined, []]);
  });

  it('is the password of its user', async () => {
    const { credentials } = kubeOf(secretOf('orders-sasl', { 'kafka-operator': 's3cret' }));
    await expect(credentials({ security: security({ tls: undefined, scram }) })).resolves.toEqual({
      sasl: { mechanism: 'scram-sha-512', username: 'kafka-operator', password: 's3cret' },
    });
  });

  it('is read once for many dials at once, and anew after a moment', async () => {
    const { state, credentials } = kubeOf(client());
    const target = { security: security() };
    await Promise.all(Array.from({ length: 30 }, () => credentials(target)));
    expect(state.asked).toHaveLength(1);
    state.at = 3_000;
    await credentials(target);
    expect(state.asked).toHaveLength(2);
  });

  it('is read anew at once when the Secret has another content', async () => {
    const { state, credentials } = kubeOf(client());
    await credentials({ security: security() });
    await credentials({ security: security({ revision: 'two' }) });
    expect(state.asked).toHaveLength(2);
  });
});

describe('what cannot be shown', () => {
  it('is named by its Secret when that is missing', () =>
    expect(kubeOf().credentials({ security: security() })).rejects.toThrow(
      'cannot read the Secret kafka/orders-controller, with which the operator shows Kafka who it is: it does not exist',
    ));

  it.each([
    ['a certificate without its key', () => secretOf('orders-controller', { 'tls.crt': issued.cert }), 'tls.key'],
    ['nothing at all', () => secretOf('orders-controller', {}), 'tls.crt'],
  ])('is named by its key when the Secret holds %s', async (_, secret, key) => {
    await expect(kubeOf(secret()).credentials({ security: security() })).rejects.toThrow(key);
  });

  it('never tells what the Secret holds', async () => {
    const secret = secretOf('orders-sasl', { 'kafka-brokers': 's3cret' });
    const error: unknown = await kubeOf(secret)
      .credentials({ security: security({ tls: undefined, scram }) })
      .catch((e: unknown) => e);
    expect(String(error)).toContain('kafka-operator');
    expect(String(error)).not.toContain('s3cret');
  });
});
