/**
 * The same spec gives the same bytes anywhere and at any time. Every golden case and every example is rendered twice: as
 * usual, and in a world where the clock and all randomness throw and the environment is poisoned.
 */
import crypto from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import type { Facts } from '../lib/constructs/facts';

const ROOT = join(__dirname, '..');

const POISON: Readonly<Record<string, string>> = {
  CDK8S_DISABLE_SORT: 'true',
  CDK8S_LEGACY_HASH: 'true',
  CDK8S_OUTDIR: '/nowhere',
  CDK8S_RECORD_CONSTRUCT_METADATA: 'true',
  KUBECONFIG: '/nowhere/config',
  POD_NAMESPACE: 'elsewhere',
  TZ: 'Pacific/Kiritimati',
  NODE_ENV: 'production',
};

const refuse = (what: string) => (): never => {
  throw new Error(`pure code asked for ${what}`);
};

class NoClock extends Date {
  constructor(...given: readonly (string | number)[]) {
    if (given.length === 0) refuse('the time')();
    super(given[0]!);
  }
  static override now = refuse('the time');
}

/** Runs `work` in the hostile world and puts the old one back. */
function hostile<T>(work: () => T): T {
  const { env } = process;
  const replaced: readonly [object, string, unknown][] = [
    [globalThis, 'Date', NoClock],
    [globalThis, 'setTimeout', refuse('a timer')],
    [globalThis, 'fetch', refuse('the network')],
    [Math, 'random', refuse('randomness')],
    [process, 'env', { ...env, ...POISON }],
    [process, 'cwd', refuse('its directory')],
    [globalThis, 'crypto', { getRandomValues: refuse('randomness'), randomUUID: refuse('a UUID') }],
    ...['randomBytes', 'randomUUID', 'randomInt'].map((name): [object, string, unknown] => [crypto, name, refuse('randomness')]),
  ];
  const before = replaced.map(([owner, name]) => Object.getOwnPropertyDescriptor(owner, name)!);
  try {
    for (const [owner, name, value] of replaced) Object.defineProperty(owner, name, { value, configurable: true, writable: true });
    return work();
  } finally {
    replaced.forEach(([owner, name], i) => Object.defineProperty(owner, name, before[i]!));
  }
}

interface Case {
  readonly name: string;
  readonly cluster: unknown;
  readonly facts: Facts;
}

const FACTS: Facts = { clusterId: 'c2FtZS1ieXRlcy1hbHdheQ', format: {} };
const read = (...path: readonly string[]): string => readFileSync(join(ROOT, ...path), 'utf8');

function goldenCase(name: string): Case {
  const facts = join('test/golden', name, 'facts.yaml');
  return {
    name,
    cluster: parse(read('test/golden', name, 'cluster.yaml')),
    facts: existsSync(join(ROOT, facts)) ? (parse(read(facts)) as Facts) : FACTS,
  };
}

function examples(file: string): readonly Case[] {
  return parseAllDocuments(read('examples', file))
    .map((document) => document.toJS() as { kind?: string } | null)
    .filter((object) => object?.kind === 'KafkaCluster')
    .map((cluster) => ({ name: `examples/${file}`, cluster, facts: FACTS }));
}

const cases = [
  ...(existsSync(join(ROOT, 'test/golden')) ? readdirSync(join(ROOT, 'test/golden'), { withFileTypes: true }) : [])
    .filter((entry) => existsSync(join(ROOT, 'test/golden', entry.name, 'cluster.yaml')))
    .map((entry) => goldenCase(entry.name)),
  ...readdirSync(join(ROOT, 'examples'))
    .filter((file) => file.endsWith('.yaml'))
    .flatMap(examples),
];

/** Loads lib anew, so that what it does while it loads is held to the same, and renders the case. */
function rendered({ cluster, facts }: Case): string {
  let text = '';
  jest.isolateModules(() => {
    const { resolve } = jest.requireActual<typeof import('../lib/api/resolve')>('../lib/api/resolve');
    const { nodeManifests, sharedManifests } = jest.requireActual<typeof import('../lib/constructs/cluster')>('../lib/constructs/cluster');
    const { envoyConfigMaps } = jest.requireActual<typeof import('../lib/constructs/envoy-config')>('../lib/constructs/envoy-config');
    const answer = resolve(cluster);
    const made = answer.cluster;
    const files = made && envoyConfigMaps(made, new Set());
    const manifests = made && [
      ...sharedManifests(made, facts.security),
      ...(files ?? []),
      ...made.nodes.map((node) => nodeManifests(made, node, facts)),
    ];
    text = JSON.stringify({ problems: answer.problems, manifests }, null, 1);
  });
  return text;
}

test('there are cases to hold', () => {
  expect(cases.length).toBeGreaterThanOrEqual(2);
});

test.each(cases.map((one) => [one.name, one] as const))('%s gives the same bytes in a hostile world', (_name, one) => {
  const usual = rendered(one);
  expect(usual).toMatch(/"kind": "Pod"|"code": "/u);
  expect(hostile(() => rendered(one))).toBe(usual);
});

/** Decides and reports on a cluster from its birth until nothing is left to do. */
function lived({ cluster }: Case): string {
  let text = '';
  jest.isolateModules(() => {
    const { clusterFrom } = jest.requireActual<typeof import('./world/cluster-file')>('./world/cluster-file');
    const { converged } = jest.requireActual<typeof import('./world/makers')>('./world/makers');
    text = JSON.stringify(converged(clusterFrom(JSON.stringify(cluster))), null, 1);
  });
  return text;
}

test.each(cases.filter(({ name }) => name.startsWith('examples/')).map((one) => [one.name, one] as const))(
  '%s is decided and reported the same in a hostile world',
  (_name, one) => {
    const usual = lived(one);
    expect(usual).toContain('"state": "ClusterRunning"');
    expect(hostile(() => lived(one))).toBe(usual);
  },
);

/** The library that reads cron asks the clock, chance and the machine's zone for whatever it is not told. */
test('a maintenance window opens at the same moment in a hostile world', () => {
  const asked = (): unknown => {
    let why: unknown;
    jest.isolateModules(() => {
      const { whyClosed } = jest.requireActual<typeof import('../operator/decide/windows')>('../operator/decide/windows');
      why = whyClosed([{ schedule: 'H 2 * * sun', timeZone: 'Europe/Berlin', durationMs: 3_600_000 }], 1_767_225_600_000);
    });
    return why;
  };
  const usual = asked();
  expect(usual).toMatchObject({ message: expect.stringMatching(/opens 2026-01-04T01:\d\d:00Z$/u) as string });
  expect(hostile(asked)).toEqual(usual);
});

describe('the hostile world bites', () => {
  test.each([
    ['the clock', () => Date.now()],
    ['the clock through new Date()', () => new Date().toISOString()],
    ['randomness', () => Math.random()],
    ['random bytes', () => crypto.randomBytes(4)],
    ['a UUID', () => crypto.randomUUID()],
    ['a timer', () => setTimeout(() => undefined, 1)],
  ])('%s', (_name, impure: () => unknown) => {
    expect(() => hostile(impure)).toThrow('pure code asked for');
    expect(impure).not.toThrow();
  });

  test('the environment', () => {
    const sorted = () => process.env['CDK8S_DISABLE_SORT'];
    expect([sorted(), hostile(sorted), sorted()]).toEqual([undefined, 'true', undefined]);
  });
});
