import { knownDisks, whyDiskUnknown } from '../../../operator/decide/disk-capacity';
import { withObject } from '../../../operator/decide/simulate';
import type { LiveObject, World } from '../../../operator/decide/world';
import { BROKER, running, SECOND, withDisks } from '../../world/disks';

const cluster = withDisks({ more: [SECOND] });
const world = running(cluster);
const found = (kind: string, name: string): LiveObject => world.objects.find((o) => o.kind === kind && o.metadata.name === name)!;
const withFile = (text: string): World =>
  withObject(world, { ...found('ConfigMap', 'orders-cruisecontrol-config'), data: { 'capacity.json': text } });
const entry = (brokerId: string | number, DISK: unknown): string =>
  JSON.stringify({ brokerCapacities: [{ brokerId, capacity: { DISK } }] });

describe('the disks of a broker that Cruise Control was told of', () => {
  it.each<[string, World, unknown]>([
    ['each by its log directory', world, ['/kafka-logs/kafka', '/kafka-logs2/kafka']],
    ['one number for all', withFile(entry('101', '1000')), 'single'],
    ['those of every broker', withFile(entry('-1', { '/a/kafka': '1' })), ['/a/kafka']],
    ['by a number for a name', withFile(entry(101, { '/a/kafka': '1' })), ['/a/kafka']],
    ['of another broker alone', withFile(entry('102', { '/a/kafka': '1' })), 'unknown'],
    ['in no JSON', withFile('{'), 'unknown'],
    ['in no list', withFile('{}'), 'unknown'],
    ['in no file', { ...world, objects: [] }, 'unknown'],
  ])('%s', (_, seen, disks) => expect(knownDisks(BROKER, { cluster, world: seen })).toEqual(disks));

  it('are not known of one that somebody else deployed', () => {
    const external = { ...cluster, cruiseControl: { ...cluster.cruiseControl!, external: { origin: 'http://cc:8090' } as never } };
    expect(knownDisks(BROKER, { cluster: external, world })).toBe('single');
  });
});

describe('a disk is asked about', () => {
  const why = (seen: World, path = SECOND): string | undefined => whyDiskUnknown(BROKER, path, { cluster, world: seen })?.message;
  const deployment = found('Deployment', 'orders-cruisecontrol');
  const rollout = (status: object): World =>
    withObject(world, { ...deployment, metadata: { ...deployment.metadata, generation: 2 }, status });

  it('when the applied file names it', () => expect(why(world)).toBeUndefined());

  it('not when the file names one that only begins alike', () => {
    expect(why(world, `${SECOND}2`)).toContain('capacity file does not name /kafka-logs22/kafka of broker 101 yet');
    expect(why(world, '/kafka-log')).toContain('does not name');
  });

  it('when Cruise Control counts no disks', () => expect(why(withFile(entry('101', '1000')))).toBeUndefined());

  it.each<[string, object, boolean]>([
    ['not before the Deployment was looked at', { observedGeneration: 1, updatedReplicas: 1 }, false],
    ['not before it was replaced', { observedGeneration: 2, updatedReplicas: 0 }, false],
    ['not before it is there', { observedGeneration: 2, updatedReplicas: 1, unavailableReplicas: 1 }, false],
    ['when Cruise Control runs with the file', { observedGeneration: 2, updatedReplicas: 1 }, true],
  ])('%s', (_, status, asked) => expect(why(rollout(status)) === undefined).toBe(asked));

  it("with the remedy where the file is the user's", () => {
    const own = { ...cluster, cruiseControl: { ...cluster.cruiseControl!, capacityConfig: '{}' } };
    expect(whyDiskUnknown(BROKER, '/d', { cluster: own, world })?.message).toContain('capacityConfig');
  });
});
