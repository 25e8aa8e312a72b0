/** A Pod is deleted, and another one takes its place: what the API server's log says of it. */
import { POD } from '../operator/kinds';
import type { KubeObject } from '../operator/runtime/kube-types';
import { counted } from '../tools/audit-log';
import { mark, operatorRequests, requests, writes, type Request } from './audit';
import { isReady, isRunning, kube, NAMESPACE, pause, until, type Watching } from './kubernetes';
import { spread, type Figure } from './result';

export interface Replacement {
  /** From the answer to the request that ended the Pod to the arrival of the request that makes the next one; milliseconds. */
  readonly reaction: number;
  /** From the arrival of the one to the answer to the other. */
  readonly whole: number;
  /** From the request to delete it until its cluster is settled again. */
  readonly requests: readonly Request[];
  /** Of these, those until the next one was made. */
  readonly untilMade: readonly Request[];
}

export interface Scene {
  readonly pods: Watching;
  readonly clusters: Watching;
  /** Milliseconds without a change before the requests are counted. */
  readonly quiet: number;
}

/** Deletes the Pod as a person would, and waits until its cluster is ClusterRunning again. */
export async function replace(scene: Scene, pod: KubeObject, cluster: string): Promise<Replacement> {
  const { name, uid } = pod.metadata;
  const api = await kube();
  const from = mark();
  await api.delete({ kind: POD, namespace: NAMESPACE, name }, { uid });
  await until(`${name} is back`, () => {
    const now = scene.pods.now.get(name);
    return now !== undefined && now.metadata.uid !== uid && isReady(now);
  });
  await until(`${cluster} is ClusterRunning again`, () => {
    const now = scene.clusters.now.get(cluster);
    return now !== undefined && isRunning(now);
  });
  await pause(scene.quiet);
  return judged(requests(from), name);
}

function judged(all: readonly Request[], pod: string): Replacement {
  const ofPod = all.filter((r) => r.resource === 'pods' && r.subresource === '' && r.name === pod && r.code < 300);
  const made = operatorRequests(ofPod).find((r) => r.code === 201);
  const ended = ofPod.filter((r) => r.verb === 'delete' && made !== undefined && r.receivedAt < made.receivedAt).at(-1);
  if (made === undefined || ended === undefined)
    throw new Error(`cannot judge the replacement of ${pod}: the audit log lacks its end or the request for the next one`);
  return {
    reaction: made.receivedAt - ended.answeredAt,
    whole: made.answeredAt - ended.receivedAt,
    requests: operatorRequests(all),
    untilMade: operatorRequests(all).filter((r) => r.receivedAt <= made.receivedAt),
  };
}

export function figuresOf(title: string, all: readonly Replacement[]): readonly Figure[] {
  const median = (of: (r: Replacement) => readonly Request[]): readonly Request[] =>
    [...all].map(of).sort((a, b) => a.length - b.length)[Math.floor(all.length / 2)] ?? [];
  const without = (r: Replacement): number => r.requests.filter((q) => q.resource !== 'events').length;
  return [
    {
      what: `${title}: requests until the replacement is made`,
      value: spread(all.map((r) => r.untilMade.length)),
      unit: 'requests',
      wanted: 5,
      bound: 'max',
      note: `from the request to delete the Pod; the median one: ${counted(median((r) => r.untilMade))}`,
    },
    {
      what: `${title}: requests until ClusterRunning again, Events among them`,
      value: spread(all.map((r) => r.requests.length)),
      unit: 'requests',
      note: `the median one: ${counted(median((r) => r.requests))}; Koperator: 22`,
    },
    { what: `${title}: of these, without Events`, value: spread(all.map(without)), unit: 'requests' },
    { what: `${title}: of these, writes`, value: spread(all.map((r) => writes(r.requests).length)), unit: 'writes' },
    {
      what: `${title}: the Pod's end to its replacement's request`,
      value: spread(all.map((r) => r.reaction)),
      unit: 'ms',
      wanted: 100,
      note: "from the answer to the request that removed the Pod to the arrival of the operator's request; Koperator: 400 ms",
    },
    {
      what: `${title}: the same with both requests themselves`,
      value: spread(all.map((r) => r.whole)),
      unit: 'ms',
      note: "from the arrival of the request that removed the Pod to the answer to the operator's",
    },
  ];
}
