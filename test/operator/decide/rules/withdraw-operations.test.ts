import { withdrawOperations } from '../../../../operator/decide/rules/remove-brokers';
import { withObject } from '../../../../operator/decide/simulate';
import type { LiveObject, World } from '../../../../operator/decide/world';
import { contextOf, converged, withKafka, withPartitions } from '../../../world/makers';
import { withBrokers } from '../../../world/moving-brokers';

const IDS = [100, 101, 102, 103];

const emptying = (brokerid: string, state: string, more: object = {}): LiveObject => ({
  apiVersion: 'kafka.banzaicloud.io/v1alpha1',
  kind: 'CruiseControlOperation',
  metadata: {
    name: 'orders-remove-broker-1',
    namespace: 'kafka',
    uid: 'uid-operation',
    resourceVersion: '7',
    creationTimestamp: '2026-01-01T00:00:00Z',
    labels: { app: 'kafka', kafka_cr: 'orders', 'app.kubernetes.io/managed-by': 'kafka-operator' },
    ...more,
  },
  spec: { operation: 'remove_broker', parameters: { brokerid } },
  status: { currentTask: { operation: 'remove_broker', parameters: { brokerid }, state } },
});

interface Case {
  readonly stay: readonly number[];
  readonly operation: LiveObject;
  /** Brokers that Kafka does not know any more. */
  readonly gone?: readonly number[];
  readonly version?: string;
}

function why({ stay, operation, gone = [], version = '4.3.1' }: Case): string | undefined {
  const before = converged(withBrokers(IDS, { version }));
  const replicas = [100, 101, 102];
  const filled = withObject(withPartitions(before, [{ topic: 'orders', partition: 0, leader: 100, replicas, isr: replicas }]), operation);
  const registered = filled.kafka.state === 'known' ? filled.kafka.value.brokers : [];
  const world: World = withKafka(filled, { brokers: registered.filter(({ id }) => !gone.includes(id)) });
  const [withdrawn] = withdrawOperations(contextOf(withBrokers(stay, { world, version }), world));
  return withdrawn?.kind === 'delete' ? withdrawn.reasons.map(({ code, message }) => `${code}: ${message}`).join('; ') : undefined;
}

const tooFew =
  'CannotSpare: 2 brokers would stay, and __CruiseControlMetrics, orders have up to 3 replicas; add a broker first, or lower their replication factor';

describe('an operation that empties brokers', () => {
  it.each<[string, Case, string | undefined]>([
    ['stays while what it is for can be done', { stay: [100, 101, 102], operation: emptying('103', 'CompletedWithError') }, undefined],
    [
      'is withdrawn before it is tried again when too few brokers would stay',
      { stay: [100, 101], operation: emptying('103', 'CompletedWithError') },
      tooFew,
    ],
    ['is withdrawn before it begins when too few brokers would stay', { stay: [100, 101], operation: emptying('103', '') }, tooFew],
    ['is let end while it runs, whoever left meanwhile', { stay: [100, 101], operation: emptying('103', 'InExecution') }, undefined],
    [
      'is withdrawn when one of several is gone, since Cruise Control knows it no more',
      { stay: [100, 101, 102], operation: emptying('103,104', 'CompletedWithError') },
      'RemovalWithdrawn: broker 104 is gone already',
    ],
    [
      'is withdrawn when Kafka has forgotten one that is still being removed',
      { stay: [100, 101, 102], operation: emptying('103', 'CompletedWithError'), gone: [103] },
      'RemovalWithdrawn: broker 103 is gone already',
    ],
    [
      'stays where Kafka lists none but living brokers: this one may only be dead',
      { stay: [100, 101, 102], operation: emptying('103', 'CompletedWithError'), gone: [103], version: '3.9.2' },
      undefined,
    ],
    [
      'of somebody else is left to him',
      { stay: [100, 101], operation: emptying('103', 'CompletedWithError', { labels: { app: 'kafka', kafka_cr: 'orders' } }) },
      undefined,
    ],
  ])('%s', (_, given, expected) => {
    expect(why(given)).toBe(expected);
  });
});
