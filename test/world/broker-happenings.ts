/** What can befall brokers that come and go, and what moves their replicas, in the words of world.yaml. */
import { operationsIn } from '../../operator/decide/operation-view';
import { withObject } from '../../operator/decide/simulate';
import type { KafkaView, ReassigningPartition, World } from '../../operator/decide/world';
import { withKafka } from './makers';

export type BrokerHappening =
  /** Partitions that somebody moves. */
  | { readonly reassigning: readonly ReassigningPartition[] }
  | { readonly unfenced: number }
  | { readonly unregistered: number }
  /** The operation that does this says that it is done. */
  | { readonly completed: string }
  | { readonly cruiseControlUnknown: string };

type Told = Readonly<Record<string, unknown>>;

export const BROKERS_TOLD: Readonly<Record<string, (world: World, what: Told) => World>> = {
  reassigning: (world, what) => withKafka(world, { reassigning: what.reassigning as readonly ReassigningPartition[] }),
  unfenced: (world, what) =>
    withKafka(world, { brokers: brokersIn(world).map((b) => (b.id === what.unfenced ? { ...b, fenced: false } : b)) }),
  unregistered: (world, what) => withKafka(world, { brokers: brokersIn(world).filter((b) => b.id !== what.unregistered) }),
  completed: (world, what) => {
    const found = operationsIn(world).find((o) => o.operation === what.completed);
    if (found === undefined) throw new Error(`there is no operation ${String(what.completed)} in this world`);
    return withObject(world, { ...found.object, status: { ...(found.object.status as object), currentTask: { state: 'Completed' } } });
  },
  cruiseControlUnknown: (world, what) => ({ ...world, cruiseControl: { state: 'unknown', why: what.cruiseControlUnknown as string } }),
};

const brokersIn = ({ kafka }: World): KafkaView['brokers'] => (kafka.state === 'known' ? kafka.value.brokers : []);
