import { podManifest } from '../../../lib/constructs/broker-pod';
import type { Facts } from '../../../lib/constructs/facts';
import { ANNOTATION } from '../../../lib/constructs/naming';
import { at, broker, cluster, DEDICATED, FACTS, nodeOf, type Raw } from './small-cluster';

const COMBINED = broker(7, ['controller', 'broker']);
const pod = (of = cluster(), id = 100, facts: Facts = FACTS) => podManifest(of, nodeOf(of, id), facts);
const env = (of = cluster(), id = 100, facts: Facts = FACTS): Record<string, unknown> =>
  Object.fromEntries(
    at(pod(of, id, facts), 'spec.containers.0.env').map((entry: { name: string; value?: string }) => [entry.name, entry.value]),
  );
const withEnvs = (...envs: readonly object[]) => cluster([COMBINED], { envs });

describe('the revision of a Pod', () => {
  const revision = (of = cluster(), id = 100, facts: Facts = FACTS) => pod(of, id, facts).metadata.annotations?.[ANNOTATION.revision];
  const base = revision();
  const changed = (config: object, spec: object = {}) =>
    cluster([...DEDICATED.slice(0, 3), broker(100, ['broker'], config as never)], spec as never);
  const small = revision(changed({}));
  const resources = (cpu: string, memory: string, most: string) => ({
    requests: { cpu, memory },
    limits: { cpu: cpu === '1' ? '1500m' : cpu, memory: most },
  });

  test.each([
    ['the image', { image: 'other:1' }, {}],
    ['the memory', { kafkaHeapOpts: '-Xmx1G' }, {}],
    ['a variable', { envs: [{ name: 'A', value: '1' }] }, {}],
    ['a container beside it', { containers: [{ name: 'x', image: 'y' }] }, {}],
    ['which resources are limited', { resourceRequirements: { limits: { cpu: '4' } } }, {}],
    ['the quality of service', { resourceRequirements: resources('1500m', '3Gi', '3Gi') }, {}],
    ['another resource', { resourceRequirements: { ...resources('1', '2Gi', '3Gi'), claims: [{ name: 'gpu' }] } }, {}],
    ['what a mesh reads when the Pod is made', { brokerAnnotations: { 'sidecar.istio.io/inject': 'true' } }, {}],
    ['the configuration', {}, { readOnlyConfig: 'num.io.threads=9' }],
    ['a secret of the configuration', {}, { readOnlyConfig: 'sasl.jaas.config=x' }],
  ])('changes with %s', (_name, config, spec) => {
    expect(revision(changed(config, spec))).not.toBe(small);
  });

  test.each([
    ['an annotation', { brokerAnnotations: { team: 'a' } }, {}],
    ['a label', { brokerLabels: { team: 'a' } }, {}],
    ['what can change while Kafka runs', { config: 'log.cleaner.threads=2' }, { clusterWideConfig: 'background.threads=3' }],
    ['the rules of the exporter', {}, { monitoringConfig: { kafkaJMXExporterConfig: 'rules: []' } }],
    ['the budget', {}, { disruptionBudget: { create: true } }],
    ['how much CPU and memory Kafka has', { resourceRequirements: resources('2', '4Gi', '8Gi') }, {}],
  ])('does not change with %s', (_name, config, spec) => {
    expect(revision(changed(config, spec))).toBe(small);
  });

  test('does not change once the quorum has formed', () => {
    const of = cluster();
    const forming = revision(of, 0, { ...FACTS, format: { 0: 'initial' }, initialControllers: [0, 1, 2] });
    expect(revision(of, 0, { ...FACTS, format: { 0: 'never' }, initialControllers: [0, 1] })).toBe(forming);
  });

  test('differs between nodes', () => {
    expect(new Set([0, 1, 100, 101].map((id) => revision(cluster(), id))).size).toBe(4);
    expect(base).toMatch(/^[0-9a-f]{16}$/);
  });
});

describe('the environment', () => {
  test.each([
    ['a broker', 100, undefined],
    ['a controller', 0, /^0@orders-0\.orders-controller-headless\.kafka\.svc\.cluster\.local:29093:[\w-]{22},1@.*,2@/],
  ])('tells %s who the first voters are', (_name, id, expected) => {
    const first = env(cluster(), id)['INITIAL_CONTROLLERS'];
    if (expected === undefined) expect(first).toBeUndefined();
    else expect(first).toMatch(expected);
  });

  test('keeps to the first voters of the birth when controllers came later', () => {
    expect(String(env(cluster(), 1, { ...FACTS, initialControllers: [0, 2] })['INITIAL_CONTROLLERS']).match(/\d+@/g)).toEqual(['0@', '2@']);
  });

  test('has no first voters in a static quorum', () => {
    expect(env(cluster(DEDICATED, { readOnlyConfig: 'controller.quorum.voters=x' }), 0)['INITIAL_CONTROLLERS']).toBeUndefined();
  });

  test.each([
    [undefined, 'never'],
    ['join', 'join'],
    ['initial', 'initial'],
  ] as const)('forbids formatting unless told otherwise: %s', (mode, expected) => {
    const format = mode === undefined ? {} : { 100: mode };
    expect(env(cluster(), 100, { ...FACTS, format })['FORMAT_MODE']).toBe(expected);
  });

  test.each([
    ['replaces a generated one', { name: 'KAFKA_HEAP_OPTS', value: '-Xmx9G' }, 'KAFKA_HEAP_OPTS', '-Xmx9G'],
    ['goes before a generated one', { name: '+CLASSPATH', value: '/a/*:' }, 'CLASSPATH', '/a/*:/opt/kafka/libs/extensions/*'],
    ['goes after a generated one', { name: 'CLASSPATH+', value: ':/a/*' }, 'CLASSPATH', '/opt/kafka/libs/extensions/*:/a/*'],
    ['becomes one where there is none', { name: 'MINE+', value: 'x' }, 'MINE', 'x'],
  ])("a user's variable %s", (_name, entry, name, expected) => {
    expect(env(withEnvs(entry), 7)[name]).toBe(expected);
  });

  test.each(['CLUSTER_ID', '+FORMAT_MODE', 'NODE_ID+'])('%s is not for users to set', (name) => {
    expect(env(withEnvs({ name, value: 'mine' }), 7)).toEqual(env(withEnvs(), 7));
  });

  test.each(['NODE_ID', 'FORMAT_MODE', 'INITIAL_CONTROLLERS'])('%s is refused', (name) => {
    expect(() => withEnvs({ name, value: 'mine' })).toThrow(`cannot set ${name}`);
  });

  test("keeps users' variables in their order, since one may refer to another", () => {
    const names = Object.keys(env(withEnvs({ name: 'ZONE', value: 'b' }, { name: 'ADDRESS', value: '$(ZONE).x' }), 7));
    expect(names.slice(-2)).toEqual(['ZONE', 'ADDRESS']);
  });

  test('keeps where a value comes from', () => {
    const valueFrom = { secretKeyRef: { name: 's', key: 'k' } };
    const entries = at(pod(withEnvs({ name: 'TOKEN', valueFrom }), 7), 'spec.containers.0.env');
    expect(entries).toContainEqual({ name: 'TOKEN', valueFrom });
  });

  test('makes Java look up an address again soon: a node that comes back has another one', () => {
    expect(at(pod(cluster(), 100), 'spec.containers.0.env').find((e: Raw) => e.name === 'KAFKA_OPTS').value).toMatch(
      /^-Dsun\.net\.inetaddr\.ttl=1 -javaagent:/,
    );
  });
});

describe('where a Pod may run', () => {
  const terms = (of: ReturnType<typeof cluster>, id: number) => at(pod(of, id), 'spec.affinity.podAntiAffinity');
  const keeps = (term: Raw) => Object.keys(term.labelSelector.matchLabels).filter((label) => label.startsWith('is'));

  test('apart from nodes of its role, when it can be', () => {
    const preferred = terms(cluster(), 0).preferredDuringSchedulingIgnoredDuringExecution;
    expect(preferred.map((term: Raw) => [term.weight, keeps(term.podAffinityTerm)])).toEqual([[100, ['isControllerNode']]]);
  });

  test('apart from nodes of its role always, when the spec says so', () => {
    const of = cluster([COMBINED], { oneBrokerPerNode: true });
    expect(terms(of, 7).requiredDuringSchedulingIgnoredDuringExecution.map(keeps)).toEqual([['isBrokerNode'], ['isControllerNode']]);
    expect(terms(of, 7).preferredDuringSchedulingIgnoredDuringExecution).toBeUndefined();
  });

  test("where the user's affinity says and nothing else", () => {
    const affinity = { nodeAffinity: { x: 1 } };
    const of = cluster([broker(7, ['broker', 'controller'], { affinity })], { rackAwareness: { labels: ['zone'] } });
    expect(at(pod(of, 7), 'spec.affinity')).toEqual(affinity);
    expect(at(pod(of, 7), 'spec.topologySpreadConstraints')).toBeUndefined();
  });

  test('spread over the racks where there is room', () => {
    const [constraint, ...others] = at(
      pod(cluster(DEDICATED, { rackAwareness: { labels: ['zone', 'row'] } }), 100),
      'spec.topologySpreadConstraints',
    );
    expect([constraint.topologyKey, constraint.whenUnsatisfiable, others]).toEqual(['zone', 'ScheduleAnyway', []]);
  });

  test('a combined node is spread once, as the voter that it is', () => {
    const of = cluster([COMBINED], { rackAwareness: { labels: ['zone'] } });
    expect(at(pod(of, 7), 'spec.topologySpreadConstraints').map(keeps)).toEqual([['isControllerNode']]);
  });
});

describe('the Pod', () => {
  test('is restarted by the kubelet, has no liveness probe, and its start is never cut short', () => {
    expect(at(pod(), 'spec.restartPolicy')).toBe('Always');
    expect(at(pod(), 'spec.containers.0.livenessProbe')).toBeUndefined();
    expect(at(pod(), 'spec.containers.0.startupProbe.failureThreshold')).toBe(2 ** 31 - 1);
  });

  test.each([
    ['a broker', 100, 'orders-headless'],
    ['a controller', 0, 'orders-controller-headless'],
  ])('has a name of its own: %s', (_name, id, subdomain) => {
    expect([at(pod(cluster(), id), 'spec.hostname'), at(pod(cluster(), id), 'spec.subdomain')]).toEqual([`orders-${id}`, subdomain]);
  });

  test('has it in the ClusterIP scheme too: a cluster that goes over to the other one is found by both', () => {
    const of = cluster(DEDICATED, { headlessServiceEnabled: false });
    expect([at(pod(of), 'spec.hostname'), at(pod(of), 'spec.subdomain')]).toEqual(['orders-100', 'orders-headless']);
  });

  test.each([
    ['a broker with racks', 100, { rackAwareness: { labels: ['zone'] } }, true],
    ['a controller with racks', 0, { rackAwareness: { labels: ['zone'] } }, false],
    ['a broker without racks', 100, {}, false],
  ])('waits for its placement: %s', (_name, id, spec, waits) => {
    const names = at(pod(cluster(DEDICATED, spec), id), 'spec.volumes').map((volume: { name: string }) => volume.name);
    expect(names.includes('placement')).toBe(waits);
  });

  test.each([
    ['a broker', 100, true],
    ['a controller', 0, false],
  ])("has Cruise Control's reporter: %s", (_name, id, has) => {
    const of = cluster(DEDICATED, { cruiseControlConfig: { cruiseControlEndpoint: 'cc:8090' } });
    const names = at(pod(of, id), 'spec.initContainers').map((container: { name: string }) => container.name);
    expect(names).toEqual(has ? ['cruise-control-reporter', 'jmx-exporter'] : ['jmx-exporter']);
  });

  test('gives new volumes to the group of public images, unless the user says otherwise, with nothing too', () => {
    expect(at(pod(), 'spec.securityContext.fsGroup')).toBe(1000);
    expect(at(pod(cluster([broker(7, ['broker', 'controller'], { podSecurityContext: {} })]), 7), 'spec.securityContext')).toEqual({});
  });

  test('has no owner before its cluster was ever applied', () => {
    const of = { ...cluster(), uid: '' };
    expect(podManifest(of, nodeOf(of, 0), FACTS).metadata.ownerReferences).toBeUndefined();
  });
});
