/** A store and what it tells, for the tests about stores; and objects of it, by version. */
import type { KubeObject, StoreEvent } from '../../../operator/runtime/kube-types';
import { KindStore } from '../../../operator/runtime/store';
import type { StoreOptions } from '../../../operator/runtime/store';
import { configMaps } from '../../runtime/fake-client';
import { FakeClock } from '../../runtime/fake-clock';

export interface Made {
  readonly name?: string;
  readonly uid?: string;
  readonly namespace?: string;
  /** Second of our last write; undefined: we never wrote it. */
  readonly ours?: number | undefined;
  readonly others?: boolean;
  readonly deleting?: boolean;
  readonly labels?: Record<string, string>;
}

export function object(version: number, made: Made = {}): KubeObject {
  const time = (second: number): string => `2025-01-01T00:00:${String(second).padStart(2, '0')}Z`;
  const managedFields = [
    ...(made.ours === undefined ? [] : [{ manager: 'kafka-operator', operation: 'Apply', time: time(made.ours), fieldsV1: {} }]),
    ...(made.others === true ? [{ manager: 'kubelet', operation: 'Update', time: time(59), fieldsV1: {} }] : []),
  ];
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: made.name ?? 'a',
      namespace: made.namespace ?? 'kafka',
      uid: made.uid ?? 'u1',
      resourceVersion: String(version),
      creationTimestamp: time(0),
      managedFields,
      ...(made.labels && { labels: made.labels }),
      ...(made.deleting === true && { deletionTimestamp: time(9) }),
    },
  };
}

export interface Watched {
  readonly store: KindStore;
  readonly events: string[];
  readonly all: StoreEvent[];
  readonly clock: FakeClock;
}

export function watched(options: Partial<StoreOptions> = {}): Watched {
  const clock = new FakeClock();
  const store = new KindStore({ kind: configMaps, clock, ...options });
  const events: string[] = [];
  const all: StoreEvent[] = [];
  store.onEvent((event) => {
    all.push(event);
    events.push(`${event.type} ${event.object.metadata.uid} ${event.object.metadata.resourceVersion}`);
  });
  return { store, events, all, clock };
}

export const versionIn = (store: KindStore, name = 'a'): string | undefined => store.get('kafka', name)?.metadata.resourceVersion;
