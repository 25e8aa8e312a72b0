/**
 * Whatever is asked for, lost or interrupted: no certificate is in use whose signer somebody does not trust who meets it. The toy world
 * is played with an operator that dies anywhere in a pass, and checked after every single action.
 */
import fc from 'fast-check';
import { ANNOTATION, keystoresName } from '../../../lib/constructs/naming';
import { pairsOf } from '../../../operator/decide/keystores';
import type { SecretObject } from '../../../operator/decide/certificate-view';
import { decide } from '../../../operator/decide/decide';
import { report } from '../../../operator/decide/report';
import { settle, simulate, without, withStatus } from '../../../operator/decide/simulate';
import { trusting } from '../../../operator/decide/trust-memory';
import type { World } from '../../../operator/decide/world';
import { converged, NOW, withAnnotation } from '../../world/makers';
import { tlsCluster } from '../../world/tls';

const cluster = tlsCluster({ ssl: 'caOverlap: 1h' });
const born = converged(cluster);
const LISTENERS = ['internal', 'controller'];

/** Signer by fingerprint of everything that was ever issued. */
type Signers = Map<string, string>;

function note(world: World, signers: Signers): void {
  for (const { tls } of world.objects as readonly SecretObject[]) {
    const { fingerprint, signedBy } = tls?.certificate ?? {};
    if (fingerprint !== undefined && signedBy !== undefined) signers.set(fingerprint, signedBy);
  }
}

/** What running nodes show: by listener the key stores, of the quorum what a Pod was made with. */
function shown(world: World): readonly (readonly [string, string])[] {
  const keystores = world.objects.find((o) => o.kind === 'Secret' && o.metadata.name === keystoresName('orders'));
  const held = [...pairsOf(keystores?.metadata.annotations?.[ANNOTATION.keystoresOf])].filter(([entry]) => LISTENERS.includes(entry));
  const quorum = world.objects.flatMap((o) => {
    const [fingerprint] = (o.metadata.annotations?.[ANNOTATION.quorumCertificate] ?? '').split(',');
    return o.kind === 'Pod' && fingerprint !== undefined && fingerprint !== '' ? [['controller', fingerprint] as const] : [];
  });
  return [...held, ...quorum];
}

function distrusted(world: World, signers: Signers): readonly string[] {
  return shown(world).flatMap(([listener, fingerprint]) => {
    const signer = signers.get(fingerprint) ?? 'nobody';
    return trusting(world).flatMap(({ who, trust }) =>
      trust?.[listener]?.some((t) => t.fingerprint === signer) === true
        ? []
        : [`${who} on ${listener}: ${fingerprint.slice(0, 8)} signed by ${signer.slice(0, 8)}`],
    );
  });
}

/** One pass of an operator that dies after so many actions. */
function passUntil(world: World, now: number, most: number, signers: Signers): World {
  const plan = decide(cluster, world, now);
  let current = world;
  for (const action of plan.actions.slice(0, most)) {
    current = simulate(current, action);
    note(current, signers);
    expect(distrusted(current, signers)).toEqual([]);
  }
  const settled = settle(current);
  return withStatus(settled, report(cluster, { world: settled, plan, outcomes: [], now }));
}

const SECRETS = ['orders-ca-certificate', 'orders-server-certificate', 'orders-quorum-certificate', 'orders-controller'];

const step = fc.oneof(
  { weight: 12, arbitrary: fc.record({ kind: fc.constant('pass' as const), most: fc.constantFrom(0, 1, 2, 3, 99, 99, 99, 99) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('renewCa' as const), value: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('renew' as const), value: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('lose' as const), name: fc.constantFrom(...SECRETS) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait' as const), hours: fc.constantFrom(0.2, 2) }) },
);

test('everybody trusts whoever signed what is shown, from any phase, with any loss and any interruption', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 10, maxLength: 45 }), (steps) => {
      const signers: Signers = new Map();
      note(born, signers);
      let [world, now] = [born, NOW];
      for (const what of steps) {
        if (what.kind === 'pass') world = passUntil(world, now, what.most, signers);
        else if (what.kind === 'renewCa') world = withAnnotation(world, ANNOTATION.renewAuthority, String(what.value));
        else if (what.kind === 'renew') world = withAnnotation(world, ANNOTATION.renewCertificates, String(what.value));
        else if (what.kind === 'lose') world = without(world, 'Secret', what.name);
        else now += what.hours * 3_600_000;
        expect(distrusted(world, signers)).toEqual([]);
      }
    }),
    { numRuns: 12 },
  );
}, 120_000);

test('a replacement of the CA that was asked for ends with the new one alone', () => {
  const signers: Signers = new Map();
  note(born, signers);
  let [world, now] = [withAnnotation(born, ANNOTATION.renewAuthority, 'now'), NOW];
  const authority = (): SecretObject =>
    world.objects.find((o) => o.kind === 'Secret' && o.metadata.name === 'orders-ca-certificate') as SecretObject;
  const first = authority().tls?.certificate?.fingerprint;
  for (let at = 0; at < 60; at += 1) {
    world = passUntil(world, now, 99, signers);
    // Brokers were told and load what is new (rules of their own, which need more than this toy).
    world = loaded(world);
    now += 120_000;
  }
  expect(authority().tls?.authorities).toHaveLength(1);
  expect(authority().tls?.certificate?.fingerprint).not.toBe(first);
  expect(distrusted(world, signers)).toEqual([]);
});

function loaded(world: World): World {
  const keystores = world.objects.find((o) => o.kind === 'Secret' && o.metadata.name === keystoresName('orders'));
  const held = pairsOf(keystores?.metadata.annotations?.[ANNOTATION.keystoresOf]).get('internal');
  const objects = world.objects.map((o) =>
    o.kind === 'Pod' && o.metadata.annotations?.[ANNOTATION.servedCertificates] !== undefined && held !== undefined
      ? {
          ...o,
          metadata: { ...o.metadata, annotations: { ...o.metadata.annotations, [ANNOTATION.servedCertificates]: `internal=${held}` } },
        }
      : o,
  );
  return { ...world, objects };
}
