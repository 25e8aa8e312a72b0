/** Clients outside the network of the Pods: where the status sends them, and the Envoys that they come through. */
import { connect } from 'node:net';
import { envoyServiceName, ENVOY_APP, LABEL } from '../../lib/constructs/naming';
import { POD, SERVICE } from '../../operator/kinds';
import type { KubeObject } from '../../operator/runtime/kube-types';
import { clusterObject, statusOf } from './cluster';
import { kube, NAMESPACE, pause, until } from './kubernetes';

/** Addresses of an external listener as the status has them, by name (`any-broker`, `broker-100`). */
export async function addressesOf(cluster: string, listener: string): Promise<Readonly<Record<string, string>>> {
  const { externalListeners = {} } = statusOf(await clusterObject(cluster)).listenerStatuses ?? {};
  return Object.fromEntries((externalListeners[listener] ?? []).map(({ name, address }) => [name, address]));
}

/** Waits until the status has an address of that name. */
export const addressOf = (cluster: string, listener: string, name: string): Promise<string> =>
  until(`listener ${listener} has an address for ${name}`, async () => (await addressesOf(cluster, listener))[name]);

/** Only what the status says of brokers, by id. */
export async function brokersOf(cluster: string, listener: string): Promise<Readonly<Record<number, string>>> {
  const all = Object.entries(await addressesOf(cluster, listener));
  return Object.fromEntries(all.flatMap(([name, address]) => (name.startsWith('broker-') ? [[Number(name.slice(7)), address]] : [])));
}

export const hostOf = (address: string): string => address.slice(0, address.lastIndexOf(':'));
export const portOf = (address: string): number => Number(address.slice(address.lastIndexOf(':') + 1));

/** The Pods of the Envoys of a way in. */
export async function envoyPods(cluster: string, way: string): Promise<readonly KubeObject[]> {
  const labelSelector = `${LABEL.app}=${ENVOY_APP},${LABEL.cluster}=${cluster},${LABEL.externalListener}=${way}`;
  return (await kube.list(POD, { namespace: NAMESPACE, labelSelector })).items;
}

interface PodStatus {
  readonly podIP?: string;
  readonly hostIP?: string;
  readonly containerStatuses?: readonly { readonly restartCount: number }[];
}

export const podStatus = (pod: KubeObject): PodStatus => pod.status ?? {};

/** Which Pods, which containers: another answer means that one was replaced or started again. */
export const identitiesOf = (pods: readonly KubeObject[]): readonly string[] =>
  pods
    .map((pod) => `${pod.metadata.name} ${pod.metadata.uid} ${String(podStatus(pod).containerStatuses?.map((c) => c.restartCount))}`)
    .sort();

export const serviceOf = (cluster: string, listener: string, way = ''): Promise<KubeObject> =>
  kube.get({ kind: SERVICE, namespace: NAMESPACE, name: envoyServiceName(cluster, listener, way) });

/** Whether a port takes a connection; not whether somebody answers at it. */
export function isOpen(host: string, port: number, milliseconds = 500): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: milliseconds });
    const end = (open: boolean) => () => {
      socket.destroy();
      resolve(open);
    };
    socket.on('connect', end(true)).on('error', end(false)).on('timeout', end(false));
  });
}

/** Milliseconds since the epoch when a port was first seen open. */
export function openedAt(host: string, port: number): Promise<number> {
  const probe = async (): Promise<number | undefined> => ((await isOpen(host, port)) ? Date.now() : undefined);
  return until(`${host}:${String(port)} is open`, probe, { seconds: 60, every: 20 });
}

/** ApiVersions, version 0: the one request that needs nothing of the other end. */
const API_VERSIONS = 18;

function apiVersions(correlation: number): Buffer {
  const request = Buffer.alloc(14);
  request.writeInt32BE(10, 0);
  request.writeInt16BE(API_VERSIONS, 4);
  request.writeInt16BE(0, 6);
  request.writeInt32BE(correlation, 8);
  request.writeInt16BE(-1, 12);
  return request;
}

export interface Lasting {
  /** How many requests were answered so far, without an error of Kafka's. */
  answered(): number;
  /** What went wrong so far: a connection that ended, an answer that did not come or was none. */
  readonly errors: readonly string[];
  stop(): Promise<void>;
}

const EVERY_MS = 200;
const PATIENCE_MS = 5_000;

/** One connection that is opened once and asks Kafka something five times a second until it is stopped. */
export async function lastingConnection(host: string, port: number): Promise<Lasting> {
  const state = { going: true, answered: 0, data: Buffer.alloc(0) };
  const errors: string[] = [];
  const socket = connect({ host, port });
  const note = (what: string): void => {
    if (state.going) errors.push(`${new Date().toISOString()} ${host}:${String(port)} ${what}`);
  };
  socket.on('data', (chunk: Buffer) => (state.data = Buffer.concat([state.data, chunk])));
  socket.on('error', (error) => {
    note(error.message);
  });
  socket.on('close', () => {
    note('the connection was closed');
  });
  const answer = async (correlation: number): Promise<void> => {
    const end = Date.now() + PATIENCE_MS;
    while (state.going && Date.now() < end) {
      const { data } = state;
      if (data.length >= 4 && data.length >= 4 + data.readInt32BE(0)) {
        state.data = data.subarray(4 + data.readInt32BE(0));
        if (data.readInt32BE(4) !== correlation || data.readInt16BE(8) !== 0) note('another answer than expected');
        else state.answered += 1;
        return;
      }
      await pause(5);
    }
    note('no answer');
  };
  const ask = async (): Promise<void> => {
    for (let correlation = 1; state.going && !socket.destroyed; correlation += 1) {
      socket.write(apiVersions(correlation));
      await answer(correlation);
      await pause(EVERY_MS);
    }
  };
  const asking = ask();
  await until(`${host}:${String(port)} answers`, async () => state.answered > 0 || errors.length > 0, { seconds: 10 });
  return {
    answered: () => state.answered,
    errors,
    stop: async () => {
      state.going = false;
      socket.destroy();
      await asking;
    },
  };
}
