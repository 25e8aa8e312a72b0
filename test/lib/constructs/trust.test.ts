import { trustConfigName, trustManifests } from '../../../lib/constructs/trust';
import { cluster } from './small-cluster';

const security = (trust: Readonly<Record<string, string>>, superUsers: readonly string[] = []) => ({ trust, superUsers });

describe('whom nodes trust', () => {
  const of = cluster();

  test('lies in a ConfigMap that never changes, by listener', () => {
    const [made, ...others] = trustManifests(of, security({ internal: 'B', client: 'A' }));
    expect(others).toEqual([]);
    expect(made).toMatchObject({ kind: 'ConfigMap', immutable: true, data: { 'client.pem': 'A', 'internal.pem': 'B' } });
    expect(made?.metadata.name).toBe(trustConfigName(of, security({ client: 'A', internal: 'B' })));
  });

  test.each([
    ['another CA', { internal: 'B' }],
    ['another listener', { internal: 'A', apps: 'A' }],
    ['another name of a listener', { apps: 'A' }],
  ])('has another name with %s', (_name, trust) => {
    expect(trustConfigName(of, security(trust))).not.toBe(trustConfigName(of, security({ internal: 'A' })));
  });

  test('has the same name whoever may do everything', () => {
    expect(trustConfigName(of, security({ internal: 'A' }, ['User:CN=a']))).toBe(trustConfigName(of, security({ internal: 'A' })));
  });

  test.each([
    ['while it is not known', undefined],
    ['where nobody needs it', security({})],
  ])('is not there %s', (_name, facts) => {
    expect([trustManifests(of, facts), trustConfigName(of, facts)]).toEqual([[], undefined]);
  });
});
