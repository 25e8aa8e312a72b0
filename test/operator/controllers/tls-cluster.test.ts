/**
 * A cluster with TLS made and renewed by the whole operator, which may die after any write: there is one CA, nothing is issued twice,
 * and the key stores hold what the Secrets do. The simulated Kafka is reached without TLS here; how the operator logs in behind TLS is
 * in test/operator/clients/kafka, and how running brokers load a certificate in test/operator/decide/served-certificates.test.ts.
 */
import { X509Certificate } from 'node:crypto';
import { parse } from 'yaml';
import {
  ANNOTATION,
  authorityName,
  clientCertificateName,
  keystoresName,
  quorumCertificateName,
  serverCertificateName,
} from '../../../lib/constructs/naming';
import { pairsOf } from '../../../operator/decide/keystores';
import { SECRET } from '../../../operator/kinds';
import { tlsYaml } from '../../world/tls';
import { until } from '../../runtime/fake-clock';
import { Environment, type Spec } from './environment';

jest.setTimeout(600_000);

const SPEC = (parse(tlsYaml()) as { spec: Spec }).spec;
const AUTHORITY = authorityName('orders');
const LEAFS = [serverCertificateName('orders'), quorumCertificateName('orders'), clientCertificateName('orders')];
const LIMIT = 120_000;

async function within<T>(run: (env: Environment) => Promise<T>): Promise<T> {
  const env = await Environment.start();
  try {
    return await run(env);
  } finally {
    await env.close();
  }
}

const secretIn = (env: Environment, name: string) => env.server.get(SECRET, 'kafka', name);
function certificateIn(env: Environment, name: string): X509Certificate {
  const data = (secretIn(env, name)?.['data'] ?? {}) as Readonly<Record<string, string>>;
  return new X509Certificate(Buffer.from(data['tls.crt'] ?? '', 'base64'));
}
const fingerprintIn = (env: Environment, name: string): string => certificateIn(env, name).fingerprint256.replaceAll(':', '').toLowerCase();
const held = (env: Environment): Readonly<Record<string, string>> =>
  Object.fromEntries(pairsOf(secretIn(env, keystoresName('orders'))?.metadata.annotations?.[ANNOTATION.keystoresOf]));
const [SERVER = '', QUORUM = '', CLIENT = ''] = LEAFS;
const wantedIn = (env: Environment): Readonly<Record<string, string>> => ({
  internal: fingerprintIn(env, SERVER),
  controller: fingerprintIn(env, QUORUM),
  client: fingerprintIn(env, CLIENT),
});

/** Certificates that ever stood in these Secrets. */
function recorded(env: Environment): () => number {
  const found = new Set<string>();
  env.server.objects.onEvent(({ resource, object }) => {
    const text = ((object['data'] ?? {}) as Readonly<Record<string, string>>)['tls.crt'];
    if (resource === 'v1/secrets' && text !== undefined) found.add(text);
  });
  return () => found.size;
}

function expectOneAuthority(env: Environment): void {
  const authority = certificateIn(env, AUTHORITY);
  for (const name of LEAFS) expect({ name, signed: certificateIn(env, name).verify(authority.publicKey) }).toEqual({ name, signed: true });
  expect(held(env)).toEqual(wantedIn(env));
}

/** The next instance comes when this one is dead. */
async function replaced(env: Environment, blow: { readonly dead: () => boolean }, done: () => boolean): Promise<void> {
  await until(() => blow.dead() || done(), LIMIT);
  if (blow.dead()) await env.operator();
}

test.each([1, 2, 3, 4, 5, 6, 7, 8, 12, 20])(
  'a cluster whose operator dies after write %i of its creation has one CA, and each certificate once',
  async (k) => {
    await within(async (env) => {
      const stored = recorded(env);
      const blow = env.killAfter(await env.operator(), k);
      env.apply(SPEC);
      await replaced(env, blow, () => env.isConverged());
      await env.converged(LIMIT);
      expect(blow.dead()).toBe(true);
      expectOneAuthority(env);
      expect(stored()).toBe(4);
      expect(env.deeds.filter(({ verb }) => verb === 'delete')).toEqual([]);
    });
  },
);

test.each([1, 2, 3, 4])('a renewal whose operator dies after write %i of it renews each certificate once', async (k) => {
  await within(async (env) => {
    const stored = recorded(env);
    const instance = await env.operator();
    env.apply(SPEC);
    await env.converged(LIMIT);
    const [authority, before] = [fingerprintIn(env, AUTHORITY), wantedIn(env)];
    const blow = env.killAfter(instance, k);
    env.apply(SPEC, { [ANNOTATION.renewCertificates]: 'now' });
    const isRenewed = (): boolean =>
      LEAFS.every((name) => secretIn(env, name)?.metadata.annotations?.[ANNOTATION.renewCertificates] === 'now') &&
      JSON.stringify(Object.entries(held(env)).sort()) === JSON.stringify(Object.entries(wantedIn(env)).sort());
    await replaced(env, blow, isRenewed);
    await until(isRenewed, LIMIT);
    expectOneAuthority(env);
    expect(fingerprintIn(env, AUTHORITY)).toBe(authority);
    for (const [entry, fingerprint] of Object.entries(wantedIn(env))) expect([entry, before[entry]]).not.toEqual([entry, fingerprint]);
    expect(stored()).toBe(7);
    expect(env.deeds.filter(({ verb }) => verb === 'delete')).toEqual([]);
  });
});
