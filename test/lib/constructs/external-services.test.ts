import { externalServices } from '../../../lib/constructs/external-services';
import { LABEL, NODE_PORT_APP } from '../../../lib/constructs/naming';
import { at, broker, cluster } from './small-cluster';

type Json = Readonly<Record<string, unknown>>;

const NODES = [broker(0, ['controller']), broker(100, ['broker']), broker(200, ['broker', 'controller'])];

const external = (more: Json): Json => ({
  name: 'outside',
  type: 'plaintext',
  containerPort: 9094,
  externalStartingPort: 31000,
  accessMethod: 'NodePort',
  ...more,
});

const clusterWith = (listener: Json, nodes = NODES) =>
  cluster(nodes, {
    listenersConfig: {
      internalListeners: [
        { name: 'internal', type: 'plaintext', containerPort: 29092, usedForInnerBrokerCommunication: true },
        { name: 'controller', type: 'plaintext', containerPort: 29093, usedForControllerCommunication: true },
      ],
      externalListeners: [external(listener)],
    },
  });

const services = (listener: Json, nodes = NODES) => externalServices(clusterWith(listener, nodes));

test('each broker has a Service of its own, a controller none', () => {
  expect(services({}).map((s) => s.metadata.name)).toEqual(['orders-100-outside', 'orders-200-outside']);
});

test('it leads to its broker alone, and only while that is ready', () => {
  const [first] = services({});
  expect(at(first!, 'spec.selector')).toEqual({ app: 'kafka', kafka_cr: 'orders', brokerId: '100' });
  expect(at(first!, 'spec')).not.toHaveProperty('publishNotReadyAddresses');
  expect(first!.metadata.labels).toMatchObject({ app: NODE_PORT_APP, brokerId: '100', [LABEL.externalListener]: 'outside' });
});

test.each([
  ['at the start port plus its id', {}, { type: 'NodePort', nodePort: 31100 }],
  ['at the port that Kubernetes picks, which nobody writes', { externalStartingPort: 0 }, { type: 'NodePort', nodePort: undefined }],
  ['inside the cluster', { accessMethod: 'ClusterIP', externalStartingPort: 0 }, { type: 'ClusterIP', nodePort: undefined }],
])('it is reached %s', (_name, listener, { type, nodePort }) => {
  const [first] = services(listener);
  const port = { name: 'broker-100', port: 9094, targetPort: 9094, protocol: 'TCP', ...(nodePort === undefined ? {} : { nodePort }) };
  expect(at(first!, 'spec.type')).toBe(type);
  expect(at(first!, 'spec.ports')).toEqual([port]);
});

test('it has the external address of its broker, the traffic policy and the annotations', () => {
  const nodes = [
    broker(0, ['controller']),
    broker(100, ['broker'], { nodePortExternalIP: { outside: '192.0.2.7' } }),
    broker(101, ['broker']),
  ];
  const [first, second] = services({ externalTrafficPolicy: 'Local', serviceAnnotations: { team: 'orders' } }, nodes);
  expect(at(first!, 'spec.externalIPs')).toEqual(['192.0.2.7']);
  expect(at(first!, 'spec.externalTrafficPolicy')).toBe('Local');
  expect(first!.metadata.annotations).toEqual({ team: 'orders' });
  expect(at(second!, 'spec')).not.toHaveProperty('externalIPs');
});

test('a broker that left the spec keeps its Service until it is gone', () => {
  const of = clusterWith({});
  const departing = { ...of, nodes: of.nodes.map((node) => ({ ...node, departing: true })) };
  expect(externalServices(departing)).toHaveLength(2);
});

test('a load balancer needs none', () => {
  expect(services({ accessMethod: 'LoadBalancer', externalStartingPort: 19090 })).toEqual([]);
});
