import { credentialsFrom } from '../../../operator/observe/cruise-control-credentials';
import type { KubeObject, ObjectRef } from '../../../operator/runtime/kube-types';
import { place } from './told-cruise-control';

const encoded = (values: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')]));

const SECRETS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  access: encoded({ username: 'anna', password: 'p:w é' }),
  token: encoded({ token: 'tok3n\n' }),
  trust: encoded({ 'ca.crt': 'PEM' }),
  half: encoded({ username: 'anna' }),
};

function setUp() {
  const asked: string[] = [];
  const get = async ({ kind, namespace = '', name }: ObjectRef): Promise<KubeObject> => {
    asked.push(`${kind.kind} ${namespace}/${name}`);
    const data = SECRETS[name];
    if (data === undefined) throw new Error('secrets "gone" not found');
    return { apiVersion: 'v1', kind: 'Secret', metadata: { name, uid: 'u', resourceVersion: '1', creationTimestamp: '' }, data };
  };
  return { asked, read: credentialsFrom({ get }) };
}

const nothing = { ...place, basicSecret: undefined };

describe('credentials for Cruise Control', () => {
  it('are none when no Secret is named, and nothing is read', async () => {
    const { asked, read } = setUp();
    expect([await read(nothing), asked]).toEqual([{}, []]);
  });

  it('are read from the Secrets of the namespace of the cluster', async () => {
    const { asked, read } = setUp();
    expect(await read({ ...place, caSecret: 'trust' })).toEqual({ ca: 'PEM', basic: { username: 'anna', password: 'p:w é' } });
    expect(await read({ ...nothing, tokenSecret: 'token' })).toEqual({ bearer: 'tok3n' });
    expect(asked).toEqual(['Secret kafka/trust', 'Secret kafka/access', 'Secret kafka/token']);
  });

  it.each([
    ['gone', 'cannot read the Secret kafka/gone that spec.cruiseControlConfig names: secrets "gone" not found'],
    ['half', 'cannot use the Secret kafka/half: it has no key password; add it'],
  ])('are missed with a sentence (%s)', async (basicSecret, sentence) => {
    await expect(setUp().read({ ...place, basicSecret })).rejects.toThrow(sentence);
  });
});
