/**
 * Where each Kafka cluster is, as the passes over KafkaClusters know it: what passes over KafkaTopics and KafkaUsers need, so that
 * they decide nothing about clusters themselves.
 */
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import type { KafkaTarget } from '../clients/kafka/connection';

export interface KafkaPlace {
  readonly cluster: ResolvedCluster;
  /** How to reach it; undefined: no broker runs, or it was not seen yet. */
  readonly target: KafkaTarget | undefined;
  /** Ids of the brokers that Kafka knows and that are not fenced; empty while it is not seen. */
  readonly brokers: readonly number[];
}

/** What KafkaTopics and KafkaUsers see of the KafkaClusters. */
export interface Places {
  /** Undefined: there is no such KafkaCluster, or its spec was never accepted. */
  get(key: string): KafkaPlace | undefined;
  /** Told when a place appears, changes or goes; never twice for the same. */
  onChange(handler: (key: string) => void): void;
}

export class KafkaPlaces implements Places {
  readonly #places = new Map<string, { readonly place: KafkaPlace; readonly signature: string }>();
  readonly #handlers: ((key: string) => void)[] = [];

  get(key: string): KafkaPlace | undefined {
    return this.#places.get(key)?.place;
  }

  onChange(handler: (key: string) => void): void {
    this.#handlers.push(handler);
  }

  set(key: string, place: KafkaPlace): void {
    const signature = JSON.stringify([place.target, place.brokers, place.cluster.generation, place.cluster.uid]);
    const before = this.#places.get(key)?.signature;
    this.#places.set(key, { place, signature });
    if (before !== signature) this.#tell(key);
  }

  forget(key: string): void {
    if (this.#places.delete(key)) this.#tell(key);
  }

  #tell(key: string): void {
    for (const handler of this.#handlers) handler(key);
  }
}
