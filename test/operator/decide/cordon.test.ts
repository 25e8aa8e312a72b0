/** The cordon of a broker: with a removal, never longer than it, and never by guessing. */
import { metadataLevelOf } from '../../../lib/kafka/metadata-versions';
import { CORDONED, cordonOf, withOldCordon } from '../../../operator/decide/cordon';
import { settingsToSee } from '../../../operator/decide/dynamic-settings';
import { nodeViews } from '../../../operator/decide/node-view';
import type { World } from '../../../operator/decide/world';
import { converged, withKafka, withSettings } from '../../world/makers';
import { withBrokers, withBrokerStatus, type MovingWish } from '../../world/moving-brokers';

const all = [100, 101, 102, 103];
const levels = (name: string) => ({ features: { finalized: { 'metadata.version': metadataLevelOf(name)! }, supported: {} } });
const bare = converged(withBrokers(all));
const before = withKafka(bare, levels('4.3-IV0'));

function cordonIn(world: World, ids: readonly number[], wish: MovingWish = {}): Readonly<Record<string, string>> {
  const cluster = withBrokers(ids, { ...wish, world });
  const views = nodeViews(cluster, world);
  return cordonOf(
    views.find((v) => v.node.id === 103)!,
    { cluster, world, views },
  );
}

const whole = { [CORDONED]: '/logs/kafka' };
const old = withKafka(bare, levels('4.2-IV1'));
const said = (world: World) => withSettings(world, 103, whole);
const exhausted = withBrokerStatus(before, 103, {
  gracefulActionState: { cruiseControlState: 'GracefulDownscaleRequired', operations: 5 },
});

describe('the cordon of a broker', () => {
  it.each<[string, Readonly<Record<string, string>>, Readonly<Record<string, string>>]>([
    ['is on all of its log directories when it left the spec', cordonIn(before, [100, 101, 102]), whole],
    ['is not there while it stays', cordonIn(before, all), {}],
    ['is not there when it cannot be spared', cordonIn(before, [100, 101]), {}],
    ['is not there when nothing moves its replicas', cordonIn(before, [100, 101, 102], { spec: '' }), {}],
    ['is lifted when its removal failed', cordonIn(said(exhausted), [100, 101, 102]), {}],
    ['is lifted when it is back in the spec', cordonIn(said(before), all), {}],
    ['is not there before the metadata knows of cordons', cordonIn(old, [100, 101, 102]), {}],
    ['is not there with software that knows of none', cordonIn(before, [100, 101, 102], { version: '4.2.1' }), {}],
    ['stays as it is while Kafka does not say what it has finalised', cordonIn(said(bare), [100, 101, 102]), whole],
    ['is not set while Kafka does not say what it has finalised', cordonIn(bare, [100, 101, 102]), {}],
  ])('%s', (_, found, expected) => {
    expect(found).toEqual(expected);
  });

  it('is taken for ours on a broker that comes back, and on no other', () => {
    const joining = withBrokerStatus(before, 103, { gracefulActionState: { cruiseControlState: 'GracefulUpscaleRequired' } });
    const keys = (world: World, version?: string) => {
      const cluster = withBrokers(all, { world, ...(version === undefined ? {} : { version }) });
      const view = nodeViews(cluster, world).find((v) => v.node.id === 103)!;
      return withOldCordon({ keys: ['background.threads'] }, view, cluster).keys;
    };
    expect(keys(joining)).toEqual(['background.threads', CORDONED]);
    expect([keys(before), keys(joining, '4.2.1')]).toEqual([['background.threads'], ['background.threads']]);
  });

  it('is looked at of brokers that leave or join', () => {
    const seen = (world: World, ids: readonly number[]) => settingsToSee(withBrokers(ids, { world }), world.cluster.status);
    expect(seen(before, [100, 101, 102])).toEqual([103]);
    expect(seen(before, all)).toEqual([]);
    const joining = withBrokerStatus(before, 101, { gracefulActionState: { cruiseControlState: 'GracefulUpscaleRunning' } });
    expect(seen(joining, all)).toEqual([101]);
  });
});
