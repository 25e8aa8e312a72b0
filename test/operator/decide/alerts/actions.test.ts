import { askAction, type AlertedBroker, type AlertedCluster, type AlertedWorld } from '../../../../lib/alerts/alert-action';
import { OWN_ACTIONS } from '../../../../operator/decide/alerts/verdict';

const volume = (id: number, more: object = {}) => ({
  mountPath: '/logs',
  claim: `orders-${String(id)}-logs`,
  size: '1Gi',
  capacity: '1Gi',
  ...more,
});

const broker = (id: number, more: Partial<AlertedBroker> = {}): AlertedBroker => ({
  id,
  roles: ['broker'],
  addedByAlert: false,
  kubeNode: 'node-a',
  volumes: [volume(id)],
  ...more,
});

const SPEC = { brokerConfigGroups: { plain: { processRoles: ['broker'] }, both: { processRoles: ['controller', 'broker'] } } };

interface Told {
  readonly annotations?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly cluster?: Partial<AlertedCluster>;
  readonly world?: Partial<AlertedWorld>;
  readonly since?: number;
}

function said(name: string, { annotations = {}, labels = {}, cluster = {}, world = {}, since = 0 }: Told): unknown {
  const action = OWN_ACTIONS.find((one) => one.name === name);
  if (action === undefined) throw new Error(`there is no action ${name}`);
  const brokers = [broker(100), broker(101), broker(102, { addedByAlert: true }), broker(103, { addedByAlert: true })];
  const seen = { name: 'orders', namespace: 'kafka', spec: SPEC, brokers, nextId: 104, allowSpecEdits: false, ...cluster };
  return askAction(action, { fingerprint: 'f', name: 'Alert', labels, annotations, since }, [
    seen,
    { replicas: { 100: 1, 101: 9, 102: 5, 103: 4 }, disksBusy: undefined, ...world },
  ]);
}

const changes = (...of: readonly object[]): object => ({ changes: of });
const refusal = (text: string | RegExp): object => ({ refusal: expect.stringMatching(text) as unknown });

describe('upScale', () => {
  const claim = (size: string, more: object = {}) => ({
    accessModes: ['ReadWriteOnce'],
    ...more,
    resources: { requests: { storage: size } },
  });

  it.each<[string, Told, object]>([
    [
      'adds a broker of the group, with the next id',
      { annotations: { brokerConfigGroup: 'plain' } },
      changes({ kind: 'addBroker', broker: { id: 104, brokerConfigGroup: 'plain' } }),
    ],
    [
      'of a group of controllers adds a broker that does not vote',
      { annotations: { brokerConfigGroup: 'both' } },
      changes({ kind: 'addBroker', broker: { id: 104, brokerConfigGroup: 'both', brokerConfig: { processRoles: ['broker'] } } }),
    ],
    [
      'adds a broker with a volume of its own, its image, class and annotations',
      { annotations: { diskSize: '2Gi', mountPath: '/data', storageClass: 'fast', image: 'kafka:1', brokerAnnotations: '{"a":"b"}' } },
      changes({
        kind: 'addBroker',
        broker: {
          id: 104,
          brokerConfig: {
            processRoles: ['broker'],
            image: 'kafka:1',
            brokerAnnotations: { a: 'b' },
            storageConfigs: [{ mountPath: '/data', pvcSpec: claim('2Gi', { storageClassName: 'fast' }) }],
          },
        },
      }),
    ],
    ['refuses a group that the spec lacks', { annotations: { brokerConfigGroup: 'odd' } }, refusal('no brokerConfigGroup odd')],
    [
      'refuses a group with the name of what every object has',
      { annotations: { brokerConfigGroup: 'constructor' } },
      refusal('no brokerConf'),
    ],
    ['refuses neither a group nor a size', {}, refusal('neither a brokerConfigGroup nor a diskSize')],
    ['refuses a size that is none', { annotations: { diskSize: '-1Gi' } }, refusal('diskSize: is no size')],
    ['refuses a path that does not begin with /', { annotations: { diskSize: '1Gi', mountPath: 'x' } }, refusal('mountPath')],
    ['refuses annotations that are no JSON', { annotations: { diskSize: '1Gi', brokerAnnotations: '{' } }, refusal('no JSON')],
    ['refuses annotations that are not texts', { annotations: { diskSize: '1Gi', brokerAnnotations: '{"a":1}' } }, refusal('no JSON')],
    ['refuses an id that Kafka has not', { annotations: { diskSize: '1Gi' }, cluster: { nextId: 65_535 } }, refusal('no node id above')],
  ])('%s', (_, told, expected) => expect(said('upScale', told)).toEqual(expected));
});

describe('downScale', () => {
  const removal = (id: number): object => changes({ kind: 'removeBroker', id });

  it.each<[string, Told, object]>([
    ['takes out the one with the fewest replicas of those that alerts added', {}, removal(103)],
    ['takes out the newest of those with the same', { world: { replicas: { 102: 4, 103: 4 } } }, removal(103)],
    ['takes out the named one', { annotations: { brokerId: '102' } }, removal(102)],
    ['takes out the one that the label names', { labels: { brokerId: '102' } }, removal(102)],
    [
      'leaves what others wrote alone',
      { annotations: { brokerId: '100' } },
      refusal('broker 100 was written into the spec by somebody else'),
    ],
    ['takes out what others wrote when it may', { annotations: { brokerId: '100' }, cluster: { allowSpecEdits: true } }, removal(100)],
    ['then takes the one with the fewest of all', { cluster: { allowSpecEdits: true } }, removal(100)],
    ['refuses one that is not in the spec', { annotations: { brokerId: '7' } }, refusal('no broker 7')],
    ['refuses when alerts added none', { cluster: { brokers: [broker(100)] } }, refusal('no broker was added by an alert')],
    ['refuses to choose while Kafka is not seen', { world: { replicas: undefined } }, refusal('Kafka cannot be seen')],
    [
      'never chooses a controller',
      { cluster: { brokers: [broker(100, { roles: ['controller', 'broker'], addedByAlert: true })] } },
      refusal('no broker was added'),
    ],
  ])('%s', (_, told, expected) => expect(said('downScale', told)).toEqual(expected));
});

describe('addPvc', () => {
  const labels = { persistentvolumeclaim: 'orders-101-logs' };
  const pathOf = (told: Told): string => {
    const { changes: made } = said('addPvc', { labels, annotations: { diskSize: '1Gi' }, ...told }) as {
      changes: [{ storage: { mountPath: string } }];
    };
    return made[0].storage.mountPath;
  };

  it('gives the broker of the volume another one, of the size and class', () => {
    const annotations = { diskSize: '5Gi', storageClass: 'fast', mountPathPrefix: '/more' };
    const pvcSpec = { accessModes: ['ReadWriteOnce'], storageClassName: 'fast', resources: { requests: { storage: '5Gi' } } };
    const mountPath = expect.stringMatching(/^\/more-[0-9a-f]{6}$/) as unknown;
    expect(said('addPvc', { labels, annotations })).toEqual(changes({ kind: 'addStorage', broker: 101, storage: { mountPath, pvcSpec } }));
  });

  it('names the same path however often it is asked, and another one for the next firing', () => {
    expect(pathOf({})).toBe(pathOf({}));
    expect(pathOf({ since: 1 })).not.toBe(pathOf({ since: 2 }));
  });

  it.each<[string, Told, string]>([
    ['a volume that nobody has', { labels: { persistentvolumeclaim: 'x' }, annotations: { diskSize: '1Gi' } }, 'has the volume x'],
    [
      'while volumes are being filled',
      { labels, annotations: { diskSize: '1Gi' }, world: { disksBusy: 'it is filled' } },
      '^it is filled$',
    ],
    ['without a size', { labels }, 'diskSize'],
  ])('refuses %s', (_, told, why) => expect(said('addPvc', told)).toEqual(refusal(why)));
});

describe('resizePvc', () => {
  const labels = { persistentvolumeclaim: 'orders-101-logs' };
  const grown = (size: string): object => changes({ kind: 'growClaim', claim: 'orders-101-logs', size });
  const having = (more: object): Told => ({ cluster: { brokers: [broker(101, { volumes: [volume(101, more)] })] } });

  it.each<[string, Told, object]>([
    ['adds to what the volume has', { annotations: { incrementBy: '512Mi' } }, grown('1536Mi')],
    [
      'takes the larger one of what is asked for and what is there',
      { annotations: { incrementBy: '1Gi' }, ...having({ capacity: '3Gi' }) },
      grown('4Gi'),
    ],
    [
      'adds to what is asked for while nothing is there',
      { annotations: { incrementBy: '1G' }, ...having({ capacity: undefined }) },
      grown('2073741824'),
    ],
    [
      'refuses a volume that does not tell its size',
      { annotations: { incrementBy: '1Gi' }, ...having({ size: undefined, capacity: undefined }) },
      refusal('does not tell a size'),
    ],
    [
      'refuses a volume that nobody has',
      { annotations: { incrementBy: '1Gi' }, labels: { persistentvolumeclaim: 'x' } },
      refusal('has the volume x'),
    ],
    ['refuses to grow by nothing', { annotations: { incrementBy: '0' } }, refusal('incrementBy: is no size')],
  ])('%s', (_, told, expected) => expect(said('resizePvc', { labels, ...told })).toEqual(expected));
});
