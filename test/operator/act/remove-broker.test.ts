/** The last look before something of a broker goes, and what is told to Kafka. */
import { act } from '../../../operator/act/act';
import type { Hands } from '../../../operator/act/executor';
import { atKafka } from '../../../operator/act/kafka-actions';
import { preflight } from '../../../operator/act/preflight';
import type { KafkaConnection } from '../../../operator/clients/kafka/connection';
import { KafkaError } from '../../../operator/clients/kafka/kafka-error';
import type { Action } from '../../../operator/decide/action';
import { decide } from '../../../operator/decide/decide';
import type { World } from '../../../operator/decide/world';
import { contextOf, converged, NOW, playedUntil, withPartitions } from '../../world/makers';
import { withBrokers, type MovingWish } from '../../world/moving-brokers';

const DELETE: MovingWish = { spec: '  cruiseControlConfig: {}\n  volumeReclaim: Delete' };
const before = converged(withBrokers([100, 101, 102, 103], DELETE));
const wish = (world: World) => withBrokers([100, 101, 102], { ...DELETE, world });

/** Somebody made a topic on it since. */
const late = (world: World): World =>
  withPartitions(world, [{ topic: 'late', partition: 0, leader: 100, replicas: [100, 103], isr: [100] }]);

describe('the last look', () => {
  it.each([
    ['the Pod of a broker is deleted', 'delete   pod/orders-103          DESTRUCTIVE'],
    ['a broker is unregistered', 'forget   broker 103'],
    ['a claim is deleted', 'delete   persistentvolumeclaim/orders-103'],
  ])('asks Kafka afresh before %s', async (_, step) => {
    const world = playedUntil(step, before, wish);
    const plan = decide(wish(world), world, NOW);
    const kinds: readonly Action['kind'][] = ['delete', 'unregisterBroker'];
    const steps = plan.actions.filter((a) => kinds.includes(a.kind) && a.node === 103);
    expect(steps).not.toEqual([]);
    const look = (seen: World) => preflight(() => Promise.resolve(contextOf(wish(seen), seen)))([], steps);
    expect((await look(world)).map((r) => r.code)).toEqual([]);
    expect([...new Set((await look(late(world))).map((r) => r.code))]).toEqual(['HoldsReplicas']);
  });

  it('is taken before a broker is unregistered, and refuses it', async () => {
    const asked: (readonly Action[])[] = [];
    const hands = {
      preflight: (_nodes: readonly number[], changes: readonly Action[]) => {
        asked.push(changes);
        return Promise.resolve([{ code: 'HoldsReplicas', message: 'it holds late-0' }]);
      },
    } as unknown as Hands;
    const forget: Action = { kind: 'unregisterBroker', risk: 'safe', node: 103, reasons: [] };
    const outcomes = await act({ actions: [forget], held: [], wakeAfter: undefined }, before.cluster, hands);
    expect(asked).toEqual([[forget]]);
    expect(outcomes).toEqual([{ action: forget, result: 'refused', message: 'it holds late-0' }]);
  });
});

describe('unregistering a broker', () => {
  const forget = (error?: KafkaError): Promise<void> => {
    const unregisterBroker = () => (error === undefined ? Promise.resolve() : Promise.reject(error));
    const kafka = { unregisterBroker } as unknown as KafkaConnection;
    return atKafka({ kind: 'unregisterBroker', risk: 'safe', node: 103, reasons: [] }, kafka);
  };

  it('is done when Kafka does not know the broker any more', async () => {
    await expect(forget()).resolves.toBeUndefined();
    await expect(forget(new KafkaError('refused', 'cannot unregister broker 103: it is not registered', 102))).resolves.toBeUndefined();
  });

  it('tells of anything else that Kafka answers', async () => {
    await expect(forget(new KafkaError('refused', 'cannot unregister broker 103: not the controller', 41))).rejects.toThrow(
      'not the controller',
    );
  });
});
