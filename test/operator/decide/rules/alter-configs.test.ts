/** Dynamic settings: what is sent, what is left alone, and that it ends. */
import fc from 'fast-check';
import type { ResolvedCluster } from '../../../../lib/api/resolved-cluster';
import type { AlterConfigs, Outcome } from '../../../../operator/decide/action';
import { decide } from '../../../../operator/decide/decide';
import { settingsToSee } from '../../../../operator/decide/dynamic-settings';
import { planText } from '../../../../operator/decide/explain';
import { report } from '../../../../operator/decide/report';
import { simulate, withStatus } from '../../../../operator/decide/simulate';
import type { ClusterStatus, OwnedSettings, World } from '../../../../operator/decide/world';
import { converged, NOW, withAnnotation, withFenced, withKafka, withSettings } from '../../../world/makers';
import { dedicatedNodes, threeNodes } from '../../../world/three-nodes';

type Properties = Readonly<Record<string, string>>;

interface Wish {
  readonly wide?: Properties;
  readonly of1?: Properties;
}

const bare = threeNodes();
const calm = converged(bare);

/** The cluster of three nodes with these dynamic settings in its spec; past the checks of a spec, which are not the subject. */
const wishing = ({ wide = {}, of1 = {} }: Wish, of = bare): ResolvedCluster => ({
  ...of,
  clusterWideConfig: wide,
  nodes: of.nodes.map((node) => (node.id === 1 ? { ...node, dynamicConfig: of1 } : node)),
});

const owning = (world: World, wide: OwnedSettings | undefined, of1?: OwnedSettings): World => {
  const brokers = world.cluster.status.brokersState ?? {};
  return withStatus(world, {
    ...(wide === undefined ? {} : { clusterWideConfig: wide }),
    ...(of1 === undefined ? {} : { brokersState: { ...brokers, '1': { ...brokers['1'], dynamicConfig: of1 } } }),
  });
};

const alters = (cluster: ResolvedCluster, world: World): readonly AlterConfigs[] =>
  decide(cluster, world, NOW).actions.flatMap((a) => (a.kind === 'alterConfigs' ? [a] : []));
const changesOf = (cluster: ResolvedCluster, world: World) => alters(cluster, world).flatMap((a) => a.changes);

/** One pass: what is planned is done at Kafka, or refused, and reported. */
function pass(cluster: ResolvedCluster, world: World, result: Outcome['result'] = 'done'): World {
  const { actions } = decide(cluster, world, NOW);
  const outcomes = actions.map(
    (action) => ({ action, result: action.kind === 'alterConfigs' ? result : 'done', message: 'said so' }) as const,
  );
  const after = outcomes.filter((o) => o.result === 'done').reduce((w, o) => simulate(w, o.action), world);
  return withStatus(
    { ...after, cluster: { ...after.cluster, status: {} } },
    report(cluster, { world: after, plan: decide(cluster, after, NOW), outcomes, now: NOW }),
  );
}

const passes = (cluster: ResolvedCluster, world: World, count: number): World =>
  [...Array(count).keys()].reduce((w) => pass(cluster, w), world);

const told = (world: World) => (world.kafka.state === 'known' ? (world.kafka.value.configs ?? { brokers: {} }) : { brokers: {} });
const wideOf = (world: World) => Object.fromEntries((told(world).clusterDefault ?? []).map((s) => [s.key, s.value]));
const of1In = (world: World) => Object.fromEntries((told(world).brokers['1'] ?? []).map((s) => [s.key, s.value]));
const brokerStatus = (status: ClusterStatus) => status.brokersState?.['1'];

const SECRET = 'listener.name.internal.ssl.key.password';

describe('what is sent', () => {
  it('is nothing when nothing is wished, whatever others set', () => {
    const world = withSettings(withSettings(calm, 'cluster', { 'background.threads': '20' }), 1, { 'num.io.threads': '3', [SECRET]: null });
    expect(decide(bare, world, NOW).actions).toEqual([]);
  });

  it('comes one pass after the names, which stay with those that are there', () => {
    const cluster = wishing({ wide: { 'log.cleaner.threads': '2' }, of1: { 'num.io.threads': '16' } });
    const world = owning(calm, { keys: ['background.threads'] });
    const first = decide(cluster, world, NOW);
    expect(first.actions.map((a) => a.kind)).toEqual(['record']);
    expect(first.wakeAfter).toBe(0);
    const named = first.actions.reduce(simulate, world);
    expect(named.cluster.status.clusterWideConfig?.keys).toEqual(['background.threads', 'log.cleaner.threads']);
    expect(brokerStatus(named.cluster.status)).toMatchObject({ hasRun: true, dynamicConfig: { keys: ['num.io.threads'] } });
    expect(alters(cluster, named).map((a) => [a.resource, a.changes])).toEqual([
      [{ kind: 'clusterDefault' }, [{ key: 'log.cleaner.threads', value: '2', sensitive: false }]],
      [{ kind: 'broker', id: 1 }, [{ key: 'num.io.threads', value: '16', sensitive: false }]],
    ]);
  });

  it('is nothing for one broker while names of another are recorded first', () => {
    const cluster = wishing({ wide: { 'log.cleaner.threads': '2' }, of1: { 'num.io.threads': '16' } });
    const { actions } = decide(cluster, owning(calm, { keys: ['log.cleaner.threads'] }), NOW);
    expect(actions.map((a) => a.kind)).toEqual(['record']);
  });

  it('names a key that has its value already, so that it is ours when it leaves the spec', () => {
    const cluster = wishing({ wide: { 'log.cleaner.threads': '2' } });
    const end = passes(cluster, withSettings(calm, 'cluster', { 'log.cleaner.threads': '2' }), 2);
    expect(decide(cluster, end, NOW).actions).toEqual([]);
    expect(changesOf(bare, end)).toEqual([{ key: 'log.cleaner.threads', value: undefined, sensitive: false }]);
  });

  // prettier-ignore
  it.each<[string, string, string, string]>([
    ['a decimal that Kafka tells in its own way', 'log.cleaner.min.cleanable.ratio', '1', '1.0'],
    ['a large decimal', 'log.cleaner.io.max.bytes.per.second', '10485760', '1.048576E7'],
    ['a number with a sign', 'num.io.threads', '+8', '8'],
    ['blanks around it', 'num.io.threads', ' 8 ', '8'],
    ['a list with blanks', 'log.cleanup.policy', 'compact, delete', 'compact,delete'],
    ['a number that no double can hold', 'log.message.timestamp.after.max.ms', '+9223372036854775807', '9223372036854775807'],
    ['a truth in capitals', 'unclean.leader.election.enable', 'TRUE', 'true'],
  ])('is nothing for %s', (_, key, wanted, live) => {
    const world = withSettings(owning(calm, undefined, { keys: [key] }), 1, { [key]: live });
    expect(decide(wishing({ of1: { [key]: wanted } }), world, NOW).actions).toEqual([]);
  });

  it.each<[string, string, string, string]>([
    ['another number', 'num.io.threads', '16', '8'],
    ['another order of a list', 'log.cleanup.policy', 'compact,delete', 'delete,compact'],
    ['a number that differs where no double can tell', 'log.message.timestamp.after.max.ms', '9223372036854775806', '9223372036854775807'],
    ['another text', 'sasl.jaas.config.x', 'a', 'A'],
  ])('is %s', (_, key, wanted, live) => {
    const world = withSettings(owning(calm, undefined, { keys: [key] }), 1, { [key]: live });
    expect(changesOf(wishing({ of1: { [key]: wanted } }), world)).toMatchObject([{ key, value: wanted }]);
  });

  it('goes back to its default when it left the spec, and only what is ours', () => {
    const world = withSettings(owning(calm, { keys: ['background.threads', 'log.cleaner.threads'] }), 'cluster', {
      'background.threads': '20',
      'num.network.threads': '9',
    });
    expect(changesOf(bare, world)).toEqual([{ key: 'background.threads', value: undefined, sensitive: false }]);
    expect(alters(bare, world)[0]?.reasons.map((r) => r.code)).toEqual(['ConfigNotOurs']);
  });

  const restless = wishing({ of1: { 'num.io.threads': '16' } });
  const named = owning(calm, undefined, { keys: ['num.io.threads'] });
  it.each<[string, World]>([
    ['Kafka is not seen', { ...named, kafka: { state: 'unknown', why: 'x' } }],
    ['Kafka was not asked', { ...named, kafka: { state: 'notAsked' } }],
    ['the broker is fenced', withFenced(named, 1)],
    ['the broker is not registered', withKafka(named, { brokers: [] })],
    ['its settings are not known', withKafka(named, { configs: { clusterDefault: [], brokers: { '0': [] } } })],
    ['no settings were asked for', withKafka(named, { configs: { brokers: {} } })],
    ['the cluster is paused', withAnnotation(named, 'kafka.banzaicloud.io/pause', 'true')],
  ])('is nothing while %s', (_, world) => {
    expect(changesOf(restless, named)).toHaveLength(1);
    expect(alters(restless, world)).toEqual([]);
  });

  it('is neither named nor sent to a node that is only a controller, which is told', () => {
    const of = dedicatedNodes();
    const plan = decide(wishing({ of1: { 'num.io.threads': '16' } }, of), converged(of), NOW);
    expect(plan.actions).toEqual([]);
    expect(plan.held).toMatchObject([{ what: 'alter    node 1', node: 1, reasons: [{ code: 'ConfigRefused' }] }]);
  });

  it('does not keep back the restart of its broker', () => {
    expect(alters(restless, named)[0]?.node).toBeUndefined();
  });
});

describe('what Kafka does not tell', () => {
  const cluster = wishing({ of1: { [SECRET]: 'hunter2' } });
  const set = passes(cluster, calm, 2);

  it('is sent once, and remembered by a fingerprint that does not give it away', () => {
    expect(of1In(set)).toEqual({ [SECRET]: null });
    expect(brokerStatus(set.cluster.status)?.dynamicConfig?.fingerprints?.[SECRET]).toMatch(/^[0-9a-f]{16}$/);
    expect(decide(cluster, set, NOW).actions).toEqual([]);
    expect(JSON.stringify(set)).not.toContain('hunter2');
  });

  it('is sent again when it is another one, and is not printed', () => {
    const other = wishing({ of1: { [SECRET]: 'correct horse' } });
    const plan = decide(other, set, NOW);
    expect(changesOf(other, set)).toEqual([{ key: SECRET, value: 'correct horse', sensitive: true }]);
    expect(planText({ namespace: 'kafka', name: 'orders', generation: 1 }, plan)).not.toContain('correct horse');
    expect(JSON.stringify(pass(other, set))).not.toContain('correct horse');
  });

  it('is sent again when Kafka does not have it any more', () => {
    expect(changesOf(cluster, withKafka(set, { configs: { brokers: { '1': [] } } }))).toMatchObject([{ value: 'hunter2' }]);
  });

  it('is sent again when nobody knows any more what was sent', () => {
    expect(changesOf(cluster, owning(set, undefined, { keys: [SECRET] }))).toMatchObject([{ value: 'hunter2' }]);
  });

  it('is not remembered when Kafka refused it', () => {
    const named = owning(calm, undefined, { keys: [SECRET] });
    expect(brokerStatus(pass(cluster, named, 'failed').cluster.status)?.dynamicConfig).toEqual({ keys: [SECRET] });
  });

  it('is forgotten with its name', () => {
    const end = passes(bare, set, 2);
    expect(of1In(end)).toEqual({});
    expect(brokerStatus(end.cluster.status)?.dynamicConfig).toBeUndefined();
  });

  it.each([
    ['a plug-in’s own setting', 'my.plugin.url', 'x'],
    ['what a config provider fills in', 'num.io.threads', '${env:THREADS}'],
  ])('may also be %s', (_, key, value) => {
    const of = wishing({ of1: { [key]: value } });
    const end = passes(of, calm, 2);
    expect(of1In(end)).toEqual({ [key]: null });
    expect(decide(of, end, NOW).actions).toEqual([]);
  });

  it('has another fingerprint in another cluster', () => {
    const elsewhere = withStatus(set, { clusterID: 'anotherClusterIdAAAAAA' });
    const print = (world: World) => brokerStatus(pass(cluster, owning(world, undefined, { keys: [SECRET] })).cluster.status)?.dynamicConfig;
    const foreign = { ...elsewhere, objects: [] };
    expect(print(foreign)).toBeDefined();
    expect(print(foreign)).not.toEqual(print(set));
  });
});

describe('min.insync.replicas', () => {
  const KEY = 'min.insync.replicas';
  const elr = (level: number | undefined) => (world: World) =>
    withKafka(world, {
      features: { finalized: level === undefined ? {} : { 'eligible.leader.replicas.version': level }, supported: {} },
    });
  const on = elr(1);
  const owned = owning(withSettings(withSettings(calm, 'cluster', { [KEY]: '2' }), 1, { [KEY]: '2' }), { keys: [KEY] }, { keys: [KEY] });
  const heldFor = (cluster: ResolvedCluster, world: World) => decide(cluster, world, NOW).held.flatMap((h) => h.reasons.map((r) => r.code));

  it('is a setting like others where eligible leader replicas are off', () => {
    for (const world of [elr(0)(owned), elr(undefined)(owned)]) {
      expect(changesOf(bare, world)).toHaveLength(2);
      expect(changesOf(wishing({ of1: { [KEY]: '1' }, wide: { [KEY]: '2' } }), world)).toMatchObject([{ value: '1' }]);
    }
  });

  it('is never altered for one broker where they are on', () => {
    for (const of1 of [{ [KEY]: '1' }, {}]) {
      const cluster = wishing({ wide: { [KEY]: '2' }, of1 });
      expect([alters(cluster, on(owned)), heldFor(cluster, on(owned))]).toEqual([[], ['ConfigRefused']]);
    }
  });

  it('is not even named for one broker where they are on', () => {
    expect(decide(wishing({ of1: { [KEY]: '1' } }), on(calm), NOW).actions).toEqual([]);
  });

  it('is ours no more for one broker when Kafka took it away', () => {
    const cluster = wishing({ wide: { [KEY]: '2' } });
    const taken = withKafka(on(owned), { configs: { clusterDefault: [{ key: KEY, value: '2' }], brokers: { '1': [] } } });
    expect(brokerStatus(pass(cluster, taken).cluster.status)?.dynamicConfig).toBeUndefined();
  });

  it('is never removed from the cluster where they are on, and stays ours', () => {
    const cluster = wishing({ of1: { [KEY]: '2' } });
    expect([alters(cluster, on(owned)), heldFor(cluster, on(owned))]).toEqual([[], ['ConfigRefused']]);
    expect(pass(cluster, on(owned)).cluster.status.clusterWideConfig).toEqual({ keys: [KEY] });
  });

  it('waits with its own removal until Kafka has told its features', () => {
    expect([alters(bare, owned), heldFor(bare, owned)]).toEqual([[], ['KafkaUnknown', 'KafkaUnknown']]);
  });

  const changed = wishing({ wide: { [KEY]: '1' }, of1: { [KEY]: '2' } });
  const withElr = (world: World) =>
    withKafka(world, {
      topics: [{ name: 'a', minInSync: 2, partitions: [{ partition: 0, leader: 0, replicas: [0, 1], isr: [0], elr: [1] }] }],
    });

  it.each<[string, World]>([
    ['they are on', on(owned)],
    ['nobody knows whether they are on', owned],
  ])('changes when %s and no partition has any', (_, world) => {
    expect(changesOf(changed, world)).toMatchObject([{ key: KEY, value: '1' }]);
    expect([alters(changed, withElr(world)), heldFor(changed, withElr(world))]).toEqual([[], expect.arrayContaining(['MinInSync'])]);
  });
});

describe('the state of a broker’s settings', () => {
  const cluster = wishing({ of1: { 'num.io.threads': '16' } });
  const named = owning(calm, undefined, { keys: ['num.io.threads'] });
  const state = (world: World) => brokerStatus(world.cluster.status)?.perBrokerConfigurationState;
  const judged = (world: World, of = cluster) =>
    state(withStatus(world, report(of, { world, plan: decide(of, world, NOW), outcomes: [], now: NOW })));

  it('is in sync when nothing is wished, and when all is as wished', () => {
    expect(state(calm)).toBe('PerBrokerConfigInSync');
    expect(state(pass(cluster, named))).toBe('PerBrokerConfigInSync');
    expect(state(pass(cluster, pass(cluster, named)))).toBe('PerBrokerConfigInSync');
  });

  it('is out of sync while it differs or is not known', () => {
    expect(judged(named)).toBe('PerBrokerConfigOutOfSync');
    expect(judged(withFenced(pass(cluster, named), 1))).toBe('PerBrokerConfigOutOfSync');
  });

  it('is an error while Kafka refuses, until it takes them', () => {
    const refused = pass(cluster, named, 'failed');
    expect(state(refused)).toBe('PerBrokerConfigError');
    expect(refused.cluster.status.conditions).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ type: 'Degraded', reason: 'WritesFailed', message: 'said so' }),
        expect.objectContaining({ type: 'Ready', status: 'True' }),
      ]),
    );
    expect(judged(refused)).toBe('PerBrokerConfigError');
    expect(judged(withFenced(refused, 1))).toBe('PerBrokerConfigError');
    expect(state(pass(cluster, refused))).toBe('PerBrokerConfigInSync');
  });

  it('is no error any more when the spec is another one', () => {
    const refused = pass(cluster, named, 'failed');
    expect(judged(refused, { ...wishing({ of1: { 'num.io.threads': '4' } }), generation: 2 })).toBe('PerBrokerConfigOutOfSync');
    expect(judged(refused, { ...bare, generation: 2 })).toBe('PerBrokerConfigInSync');
  });

  it('of a node that is only a controller is never in sync with a wish', () => {
    const of = dedicatedNodes();
    expect(judged(converged(of), of)).toBe('PerBrokerConfigInSync');
    expect(judged(converged(of), wishing({ of1: { 'num.io.threads': '4' } }, of))).toBe('PerBrokerConfigOutOfSync');
  });
});

describe('what is looked at', () => {
  it('is nothing while nothing is wished or ours', () => {
    expect(settingsToSee(bare, calm.cluster.status)).toEqual([]);
  });

  it('is what the spec names, and what is ours', () => {
    expect(settingsToSee(wishing({ wide: { a: '1' } }), {})).toEqual(['clusterDefault']);
    expect(settingsToSee(wishing({ of1: { a: '1' } }), {})).toEqual([1]);
    const { status } = owning(calm, { keys: ['a'] }, { keys: ['a'] }).cluster;
    expect(settingsToSee(bare, status)).toEqual(['clusterDefault', 1]);
  });

  it('is no node that is only a controller', () => {
    expect(settingsToSee(wishing({ of1: { a: '1' } }, dedicatedNodes()), {})).toEqual([]);
  });
});

describe('whatever is wished, ours and set', () => {
  const KEYS = ['num.io.threads', 'log.cleaner.threads', 'background.threads', 'my.plugin.url', SECRET];
  const values = fc.constantFrom('1', '2', '3');
  const wished = fc.dictionary(fc.constantFrom(...KEYS), values);
  const live = fc.dictionary(fc.constantFrom(...KEYS, 'leader.replication.throttled.rate', 'num.network.threads'), values);
  const ours = fc.subarray([...KEYS].sort());
  const hidden = ['my.plugin.url', SECRET];
  const asTold = (properties: Properties) =>
    Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, hidden.includes(key) ? null : value]));

  /** What must stand in the end: the wish, and of the rest all that is not ours. */
  const expected = (wish: Properties, before: Properties, owned: readonly string[]) => {
    const others = Object.entries(before).filter(([key]) => !owned.includes(key));
    return asTold({ ...Object.fromEntries(others), ...wish });
  };

  it('ends as wished, with the keys of others as they were, and then nothing is sent', () => {
    fc.assert(
      fc.property(fc.tuple(wished, live, ours), fc.tuple(wished, live, ours), ([wide, liveWide, ourWide], [of1, live1, our1]) => {
        const set = withSettings(withSettings(calm, 'cluster', asTold(liveWide)), 1, asTold(live1));
        const start = owning(set, ourWide.length === 0 ? undefined : { keys: ourWide }, our1.length === 0 ? undefined : { keys: our1 });
        const cluster = wishing({ wide, of1 });
        const end = passes(cluster, start, 3);
        expect(wideOf(end)).toEqual(expected(wide, liveWide, ourWide));
        expect(of1In(end)).toEqual(expected(of1, live1, our1));
        expect(decide(cluster, end, NOW).actions).toEqual([]);
        expect(end.cluster.status.clusterWideConfig?.keys ?? []).toEqual(Object.keys(wide).sort());
        expect(brokerStatus(end.cluster.status)?.dynamicConfig?.keys ?? []).toEqual(Object.keys(of1).sort());
        expect(told(end).brokers['0']).toEqual(told(calm).brokers['0']);
      }),
      { numRuns: 80 },
    );
  });

  it('is taken back whole when the wish ends, though the operator was killed at any step', () => {
    fc.assert(
      fc.property(wished, live, fc.array(fc.nat(2), { maxLength: 6 }), (wide, liveWide, kills) => {
        const foreign = Object.fromEntries(Object.entries(liveWide).filter(([key]) => !(key in wide)));
        const start = withSettings(calm, 'cluster', asTold(foreign));
        const cluster = wishing({ wide });
        // Killed after some actions of a pass: nothing is reported of them.
        const cut = (world: World, kept: number) => decide(cluster, world, NOW).actions.slice(0, kept).reduce(simulate, world);
        const struck = kills.reduce(cut, start);
        expect(wideOf(passes(bare, struck, 3))).toEqual(asTold(foreign));
        expect(wideOf(passes(bare, passes(cluster, struck, 3), 3))).toEqual(asTold(foreign));
      }),
      { numRuns: 30 },
    );
  });
});
