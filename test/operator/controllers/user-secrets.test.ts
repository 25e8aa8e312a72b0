import { userSecretEssence } from '../../../operator/controllers/user-secrets';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

test('nothing of what a Secret holds is kept, not even the copy of it that kubectl leaves', () => {
  const data = { password: base64('hunter22'), username: base64('alice') };
  const annotations = { mine: 'yes', 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ data }) };
  const metadata = { name: 'a', namespace: 'kafka', uid: 'u', resourceVersion: '1', creationTimestamp: '', annotations };
  const kept = userSecretEssence({ apiVersion: 'v1', kind: 'Secret', metadata, data });
  expect(kept.metadata.annotations).toEqual({ mine: 'yes' });
  expect(JSON.stringify(kept)).not.toContain(data.password);
});
