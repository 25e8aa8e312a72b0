import fc from 'fast-check';
import { resolve, type RecordedNode } from '../../../lib/api/resolve';
import type { ResolvedCluster, ResolvedNode } from '../../../lib/api/resolved-cluster';
import { ruleCases } from './rule-cases';
import { claim, cluster, combined, controller, external, groupedSpec, internal, listeners, spec } from './specs';

type Json = Record<string, unknown>;

function resolved(of: Json, recorded: readonly RecordedNode[] = []): ResolvedCluster {
  const { cluster: result, problems } = resolve(cluster(of), recorded);
  expect(problems).toEqual([]);
  return result!;
}

const nodeOf = (of: Json, index = 0): ResolvedNode => resolved(of).nodes[index]!;
const problemsOf = (of: Json): string[] => resolve(cluster(of)).problems.map(({ path, code }) => `${code} ${path}`);

describe('defaults', () => {
  test('of a cluster', () => {
    expect(resolved(spec())).toMatchObject({
      name: 'kafka',
      namespace: 'default',
      uid: 'u',
      generation: 3,
      propagatedLabels: {},
      domain: 'cluster.local',
      headless: true,
      oneBrokerPerNode: false,
      volumeReclaim: 'Retain',
      kafkaVersion: '4.3.1',
      quorumMode: 'dynamic',
      rackLabels: [],
      disruptionBudget: { create: false, budget: '1' },
      rollingUpgrade: { failureThreshold: 1, concurrentBrokerRestartCountPerRack: 1, soakSeconds: 0 },
      changePolicy: { approval: 'Automatic', onFailure: 'Hold', unprotected: 'Restart', windows: [], approvedPlan: undefined },
      metadataVersion: undefined,
      taintedBrokersSelector: undefined,
      hints: [],
      metricsReporter: false,
      fieldsNotActedUpon: [],
    });
  });

  test('of a node', () => {
    expect(nodeOf(spec())).toMatchObject({
      image: 'apache/kafka:4.3.1',
      heapOpts: '-Xmx2G -Xms2G',
      jvmPerfOpts: expect.stringContaining('-XX:+UseG1GC') as string,
      resources: { requests: { cpu: '1', memory: '2Gi' }, limits: { cpu: '1500m', memory: '3Gi' } },
      terminationGracePeriodSeconds: 120,
      serviceAccountName: 'default',
      affinity: undefined,
      envs: [],
      departing: false,
    });
  });

  test('of resources only when none are given', () => {
    expect(nodeOf(spec({ brokers: [combined(0, { resourceRequirements: { requests: { cpu: '50m' } } })] })).resources).toEqual({
      requests: { cpu: '50m' },
    });
  });
});

describe('image and version', () => {
  test.each<[string, Json, string, string | undefined]>([
    ['the default', {}, 'apache/kafka:4.3.1', '4.3.1'],
    ['the version of the spec', { kafkaVersion: '3.9.2' }, 'apache/kafka:3.9.2', '3.9.2'],
    ['the image of the cluster', { clusterImage: 'r:5000/k:2.13-3.9.1' }, 'r:5000/k:2.13-3.9.1', '3.9.1'],
    ['the version beside an image that does not say', { clusterImage: 'k:latest', kafkaVersion: '4.0.0' }, 'k:latest', '4.0.0'],
    ['an image that does not say', { clusterImage: 'k:latest' }, 'k:latest', undefined],
    ['the image of the node', { clusterImage: 'k:4.3.1', brokers: [combined(0, { image: 'k:4.2.0' })] }, 'k:4.2.0', '4.2.0'],
  ])('%s', (_name, changes, image, version) => {
    expect(nodeOf(spec(changes)).image).toBe(image);
    expect(resolved(spec(changes)).kafkaVersion).toBe(version);
  });

  test('the version of the cluster is that of its oldest node', () => {
    const brokers = [combined(0, { image: 'k:4.10.0' }), combined(1, { image: 'k:4.9.0' })];
    expect(resolved(spec({ brokers })).kafkaVersion).toBe('4.9.0');
    expect(resolved(spec({ brokers: [...brokers, combined(2, { image: 'k:x' })] })).kafkaVersion).toBeUndefined();
  });
});

describe('settings', () => {
  test('a quorum with voters in the settings is static', () => {
    expect(resolved(spec({ readOnlyConfig: 'controller.quorum.voters=0@a:1' })).quorumMode).toBe('static');
  });

  test('properties are parsed at each level', () => {
    const of = spec({
      readOnlyConfig: 'a=1',
      clusterWideConfig: 'log.retention.ms: 2',
      brokers: [{ ...combined(0, { config: 'num.io.threads=4' }), readOnlyConfig: '# x\nc=3' }],
    });
    expect(resolved(of)).toMatchObject({ readOnlyConfig: { a: '1' }, clusterWideConfig: { 'log.retention.ms': '2' } });
    expect(nodeOf(of)).toMatchObject({ readOnlyConfig: { c: '3' }, dynamicConfig: { 'num.io.threads': '4' } });
  });

  test('variables come from the cluster, the group, the broker', () => {
    const of = spec({
      envs: [{ name: 'A', value: '1' }],
      brokerConfigGroups: { g: { envs: [{ name: '+A', value: '2' }] } },
      brokers: [{ ...combined(0, { envs: [{ name: 'A+', value: '3' }] }), brokerConfigGroup: 'g' }],
    });
    expect(nodeOf(of).envs.map(({ name }) => name)).toEqual(['A', '+A', 'A+']);
  });

  test('variables of the cluster reach a node without a group', () => {
    expect(nodeOf(spec({ envs: [{ name: 'A', value: '1' }] })).envs).toEqual([{ name: 'A', value: '1' }]);
  });

  test('labels go to the children when asked', () => {
    const labels = { team: 'a' };
    expect(resolve(cluster(spec({ propagateLabels: true }), { labels })).cluster?.propagatedLabels).toEqual(labels);
    expect(resolve(cluster(spec(), { labels })).cluster?.propagatedLabels).toEqual({});
  });

  test('the metrics reporter runs only beside a Cruise Control', () => {
    const of = spec({ cruiseControlConfig: { cruiseControlEndpoint: 'cc:8090', image: 'cc:1' } });
    expect(resolved(of).metricsReporter).toBe(true);
    expect(nodeOf(of).metricsReporterImage).toBe('cc:1');
  });

  test('null is as good as nothing', () => {
    expect(nodeOf(spec({ monitoringConfig: null, brokers: [combined(0, { containers: null })] })).containers).toEqual([]);
  });
});

describe('listeners', () => {
  test('are found by their flags', () => {
    const of = spec(
      listeners([
        internal({ usedForInnerBrokerCommunication: false }),
        internal({ name: 'inner', containerPort: 1 }),
        controller(),
        internal({ name: 'admin', containerPort: 2, usedForInnerBrokerCommunication: false, usedForKafkaAdminCommunication: true }),
      ]),
    );
    const { interBroker, controller: quorum, admin } = resolved(of).listeners;
    expect([interBroker, quorum, admin].map(({ name }) => name)).toEqual(['inner', 'controller', 'admin']);
  });

  test('without flags the first that is not for controllers serves brokers and the operator', () => {
    const { interBroker, admin } = resolved(
      spec(listeners([controller(), internal({ usedForInnerBrokerCommunication: false })])),
    ).listeners;
    expect([interBroker.name, admin.name]).toEqual(['internal', 'internal']);
  });

  test.each([
    ['ssl', 'required'],
    ['sasl_ssl', 'none'],
    ['sasl_plaintext', 'required'],
  ])('of type %s ask clients for a certificate: %s', (type, clientAuth) => {
    const { interBroker, external: outside } = resolved(
      spec(listeners([internal({ type }), controller({ type: 'ssl' })], [external({ type, containerPort: 9094 })])),
    ).listeners;
    expect([interBroker, outside[0]]).toEqual([
      expect.objectContaining({ protocol: type, clientAuth }),
      expect.objectContaining({ protocol: type, clientAuth }),
    ]);
  });

  test('outside cannot serve the brokers yet', () => {
    const of = spec(
      listeners(
        [internal({ usedForInnerBrokerCommunication: false }), controller()],
        [external({ usedForInnerBrokerCommunication: true })],
      ),
    );
    expect(problemsOf(of)).toEqual(['NotAvailableYet spec.listenersConfig.externalListeners[0]']);
  });
});

describe('storage', () => {
  const stored = (...storageConfigs: readonly unknown[]) => spec({ brokers: [combined(3, { storageConfigs })] });

  test('is measured in bytes and its templates are filled in', () => {
    const config = {
      mountPath: '/kafka-logs',
      pvcSpec: { volumeName: 'disk-{{ .BrokerId }}', resources: { requests: { storage: '1.5Gi' } } },
    };
    expect(nodeOf(stored(config)).storage).toEqual([
      {
        mountPath: '/kafka-logs',
        source: {
          kind: 'claim',
          bytes: 1610612736,
          spec: { accessModes: ['ReadWriteOnce'], volumeName: 'disk-3', resources: { requests: { storage: '1.5Gi' } } },
        },
      },
    ]);
  });

  test('a claim wins over an emptyDir', () => {
    expect(
      nodeOf(stored({ ...claim('/a'), emptyDir: {} }, { mountPath: '/b', emptyDir: { sizeLimit: '1Gi' } })).storage.map(
        ({ source }) => source.kind,
      ),
    ).toEqual(['claim', 'emptyDir']);
  });

  test.each<[string, unknown[], string]>([
    [
      'a size that cannot be read',
      [claim('/a', 'much')],
      'Invalid spec.brokers[0].brokerConfig.storageConfigs[0].pvcSpec.resources.requests.storage',
    ],
    [
      'a claim without a size',
      [{ mountPath: '/a', pvcSpec: {} }],
      'Required spec.brokers[0].brokerConfig.storageConfigs[0].pvcSpec.resources.requests.storage',
    ],
    [
      'a template with a pipe',
      [claim('/a', '{{ .BrokerId | add 1 }}Gi')],
      'NotSupported spec.brokers[0].brokerConfig.storageConfigs[0].pvcSpec',
    ],
    ['two directories in one', [claim('/a,b')], 'Invalid spec.brokers[0].brokerConfig.storageConfigs[0].mountPath'],
    ['a volume in a volume', [claim('/a'), claim('/a/b')], 'Duplicate spec.brokers[0].brokerConfig.storageConfigs[1].mountPath'],
    [
      'a path that is the same but for a slash',
      [claim('/a'), claim('/a/')],
      'Duplicate spec.brokers[0].brokerConfig.storageConfigs[1].mountPath',
    ],
    ['no storage at all', [], 'Required spec.brokers[0].brokerConfig.storageConfigs'],
  ])('refuses %s', (_name, configs, problem) => {
    expect(problemsOf(stored(...configs))).toEqual([problem]);
  });

  test('names what is wrong with a group once, at the group', () => {
    const of = groupedSpec({
      brokerConfigGroups: {
        controllers: { processRoles: ['controller'], storageConfigs: [claim('/a', 'x')] },
        brokers: { storageConfigs: [claim('/a')] },
      },
      brokers: [0, 1].map((id) => ({ id, brokerConfigGroup: 'controllers' })),
    });
    expect(problemsOf(of)).toEqual(['Invalid spec.brokerConfigGroups[controllers].storageConfigs[0].pvcSpec.resources.requests.storage']);
  });

  test('that one broker adds stands behind those of its group', () => {
    const of = groupedSpec({
      brokers: [combined(0), { id: 1, brokerConfigGroup: 'brokers', brokerConfig: { storageConfigs: [claim('/extra')] } }],
    });
    expect(nodeOf(of, 1).storage.map(({ mountPath }) => mountPath)).toEqual(['/kafka-logs', '/kafka-logs-2', '/extra']);
  });
});

describe('nodes that left the spec', () => {
  const recordOf = (id: number): RecordedNode => ({ id, spec: combined(id, { storageConfigs: [claim('/gone')] }) });

  test('are among the nodes, by id', () => {
    const nodes = resolved(spec({ brokers: [combined(0), combined(9)] }), [recordOf(5)]).nodes;
    expect(nodes.map(({ id, departing }) => [id, departing])).toEqual([
      [0, false],
      [5, true],
      [9, false],
    ]);
  });

  test('and came back are what the spec says', () => {
    expect(resolved(spec(), [recordOf(0)]).nodes.map(({ departing, storage }) => [departing, storage[0]?.mountPath])).toEqual([
      [false, '/kafka-logs'],
    ]);
  });

  test('do not need their group any more', () => {
    const before = resolved(groupedSpec()).nodes[1]!;
    const after = resolved(spec(), [{ id: before.id, spec: JSON.parse(JSON.stringify(before.entry)) }]).nodes[1]!;
    expect({ ...after, departing: false }).toEqual(before);
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['text', 'x'],
    ['another id', combined(6)],
    ['no storage', { id: 5 }],
    ['a broken storage', combined(5, { storageConfigs: [claim('/a', 'x')] })],
  ])('and were recorded as %s do not break the others', (_name, entry) => {
    const { cluster: result, problems, unreadableRecords } = resolve(cluster(), [{ id: 5, spec: entry }, recordOf(7)]);
    expect(problems).toEqual([]);
    expect(result?.nodes.map(({ id }) => id)).toEqual([0, 7]);
    expect(unreadableRecords).toEqual([5]);
  });

  test('do not change the version of the cluster', () => {
    expect(resolved(spec(), [{ id: 5, spec: combined(5, { image: 'k:2.8.0' }) }]).kafkaVersion).toBe('4.3.1');
  });
});

describe('problems', () => {
  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'Required spec'],
    ['text', 'x', 'Required spec'],
    ['a spec of text', { metadata: { name: 'a' }, spec: 'x' }, 'Invalid spec'],
    ['no brokers', cluster({ listenersConfig: { internalListeners: [] } }), 'Required spec.brokers'],
    ['an id of text', cluster(spec({ brokers: [{ id: 'a' }] })), 'Invalid spec.brokers[0].id'],
    ['an id that is too large', cluster(spec({ brokers: [{ id: 70000 }] })), 'OutOfRange spec.brokers[0].id'],
    ['no name', cluster(spec(), { name: '' }), 'Required metadata.name'],
    ['a name that Services cannot have', cluster(spec(), { name: 'A' }), 'Invalid metadata.name'],
  ])('tell of %s', (_name, object, problem) => {
    expect(resolve(object).problems.map(({ path, code }) => `${code} ${path}`)).toContain(problem);
  });

  test.each(ruleCases.filter(({ says, old }) => says !== undefined && old === undefined).map((one) => [one.name, one] as const))(
    'without an API server too: %s',
    (_name, one) => {
      expect(resolve(cluster(one.spec)).problems).not.toEqual([]);
    },
  );

  test('begin with cannot and end without a dot', () => {
    const messages = ruleCases.flatMap((one) => resolve(cluster(one.spec)).problems.map(({ message }) => message));
    expect(messages.length).toBeGreaterThan(20);
    expect(messages.filter((message) => !message.startsWith('cannot ') || message.endsWith('.'))).toEqual([]);
  });

  test('a ZooKeeper cluster is refused for that alone', () => {
    expect(problemsOf(spec({ zkAddresses: ['zk:2181'], brokers: [{ id: 0 }] }))).toEqual(['NotSupported spec.zkAddresses']);
  });

  test('variables that the operator sets for each node are refused, CLUSTER_ID is not', () => {
    const envs = [
      { name: 'NODE_ID', value: '7' },
      { name: 'CLUSTER_ID', value: 'MkU3OEVBNTcwNTJENDM2Qg' },
    ];
    expect(problemsOf(spec({ envs }))).toEqual(['Invalid spec.envs[NODE_ID]']);
    expect(problemsOf(spec({ brokers: [combined(0, { envs })] }))).toEqual(['Invalid spec.brokers[0].brokerConfig.envs[NODE_ID]']);
  });

  test('an empty list of ZooKeepers and kRaft false are KRaft', () => {
    expect(problemsOf(spec({ zkAddresses: [], kRaft: false }))).toEqual([]);
  });
});

describe('resolve never throws', () => {
  const settle = (object: unknown, recorded: readonly RecordedNode[] = []) => {
    const { cluster: result, problems } = resolve(object, recorded);
    return (result === undefined) === problems.length > 0;
  };

  test('whatever JSON it gets', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => settle(value)));
  });

  test('whatever a spec holds where something else was meant', () => {
    const fields = [
      'brokers',
      'brokerConfigGroups',
      'listenersConfig',
      'envs',
      'readOnlyConfig',
      'zkAddresses',
      'rackAwareness',
      '__proto__',
      'constructor',
    ];
    const change = fc.dictionary(fc.constantFrom(...fields), fc.jsonValue());
    fc.assert(fc.property(change, (changes) => settle(cluster({ ...groupedSpec(), ...changes }))));
  });

  test('whatever a broker holds', () => {
    const fields = ['id', 'brokerConfigGroup', 'brokerConfig', 'readOnlyConfig'];
    const entry = fc.dictionary(
      fc.constantFrom(...fields),
      fc.oneof(fc.jsonValue(), fc.constantFrom('__proto__', 'constructor', 'toString', 'brokers')),
    );
    fc.assert(
      fc.property(entry, (broker) =>
        settle(cluster(groupedSpec({ brokers: [combined(0), { id: 1, ...broker }] })), [{ id: 2, spec: broker }]),
      ),
    );
  });

  test('however deep it is', () => {
    const deep = JSON.parse('{"a":'.repeat(20_000) + '1' + '}'.repeat(20_000)) as unknown;
    expect(settle(cluster(spec({ brokers: [combined(0, { affinity: deep })] })))).toBe(true);
  });
});
