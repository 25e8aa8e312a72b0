/**
 * Which certificates running brokers show, and which they should. What a broker was last seen to serve stands on its Pod, and a Pod
 * that is made takes down what lies in the key stores then; so nobody asks a broker of a cluster at rest. Where the key stores hold
 * another certificate than the Pod says, the broker is asked, by a TLS handshake:
 *
 *     differs ──(served already)──────────────────────────────> noted on the Pod
 *        └──(still the old one)──> kubelet told ──> 2 s ──> told to load ──> 4 s ──> again … ──> not taken: restart
 *
 * Each attempt stands on the Pod, so that an operator that was killed anywhere goes on with it.
 */
import type { ResolvedCluster, ResolvedListener } from '../../lib/api/resolved-cluster';
import { ANNOTATION, shortHash } from '../../lib/constructs/naming';
import { tlsListeners } from './certificate-sight';
import type { Context } from './context';
import { keystoresIn, pairsOf } from './keystores';
import { annotationOf, type NodeView, type PodView } from './node-view';
import { millisecondsOf } from './rfc3339';
import type { LiveObject, World } from './world';

type Seen = Pick<Context, 'cluster' | 'world' | 'views'>;

/** A broker that runs and was not yet seen to serve what is in its key stores. */
export interface Unserved {
  readonly view: NodeView;
  readonly pod: PodView;
  /** Listeners that were not, in spec order. */
  readonly listeners: readonly ResolvedListener[];
  /** Fingerprint by listener of what it should serve. */
  readonly wanted: ReadonlyMap<string, string>;
  /** What it was last seen to serve, by listener. */
  readonly confirmed: ReadonlyMap<string, string>;
  /** Of what its key stores should hold. */
  readonly hash: string;
}

/** Of what key stores hold: another one means that kubelets are told anew. */
export const hashOfKeystores = (keystores: LiveObject): string => shortHash(annotationOf(keystores, ANNOTATION.keystoresOf) ?? '');

/** Key stores of the listener of the quorum are read at the start only; it has rules of its own. */
const loadable = ({ listeners, ...cluster }: ResolvedCluster): readonly ResolvedListener[] =>
  tlsListeners({ ...cluster, listeners }).filter(({ name }) => name !== listeners.controller.name);

export function unservedIn({ cluster, world, views }: Seen): readonly Unserved[] {
  const listeners = loadable(cluster);
  if (listeners.length === 0) return [];
  const { holds, object } = keystoresIn(cluster, world);
  if (object === undefined) return [];
  const hash = hashOfKeystores(object);
  const wanted = new Map(listeners.flatMap(({ name }) => (holds.has(name) ? [[name, holds.get(name) ?? ''] as const] : [])));
  return views.flatMap((view): readonly Unserved[] => {
    const { pod } = view;
    if (pod === undefined || !pod.running || pod.terminating || !view.node.roles.includes('broker')) return [];
    const confirmed = pairsOf(annotationOf(pod.object, ANNOTATION.servedCertificates));
    const open = listeners.filter(({ name }) => wanted.has(name) && wanted.get(name) !== confirmed.get(name));
    return open.length === 0 ? [] : [{ view, pod, listeners: open, wanted, confirmed, hash }];
  });
}

export type Answer = 'new' | 'old' | 'silent' | 'unasked';

/** What the broker was seen to serve on a listener; `silent`: it was asked and could not be seen. */
export function answerOf({ view, wanted }: Unserved, { name }: ResolvedListener, { served }: Pick<World, 'served'>): Answer {
  const seen = served?.[String(view.node.id)]?.[name];
  if (seen === undefined) return 'unasked';
  if (seen.fingerprint === '') return 'silent';
  return seen.fingerprint === wanted.get(name) ? 'new' : 'old';
}

/** What was done so that it loads them. */
export interface Attempts {
  /** How often it was told to load. */
  readonly count: number;
  /** Of the last step; milliseconds since the epoch. */
  readonly at: number;
}

/** A kubelet that was told fetches changed files within 0.75 to 1.2 s; then each attempt is given longer than the one before: 60 s in all. */
const PATIENCE_MS = [2_000, 4_000, 6_000, 10_000, 16_000, 22_000] as const;
/** How often a broker is told before it is taken not to load it. */
export const MOST_ATTEMPTS = PATIENCE_MS.length - 1;

/** Undefined: it was not told of these key stores yet. */
export function attemptsOf({ pod, hash }: Unserved): Attempts | undefined {
  const [told, time, count] = (annotationOf(pod.object, ANNOTATION.keystoreFiles) ?? '').split(' ');
  const at = millisecondsOf(time);
  return told !== hash || at === undefined ? undefined : { at, count: Number(count ?? 0) };
}

/** When the next step is due, in milliseconds since the epoch. */
export const dueAt = ({ count, at }: Attempts): number => at + (PATIENCE_MS[Math.min(count, MOST_ATTEMPTS)] ?? 0);

/** It was told again and again, and serves another certificate still; what cannot be seen is not said to be so. */
export function notTaken(unserved: Unserved, { world, now }: Pick<Context, 'world' | 'now'>): readonly ResolvedListener[] {
  const attempts = attemptsOf(unserved);
  if (attempts === undefined || attempts.count < MOST_ATTEMPTS || dueAt(attempts) > now) return [];
  return unserved.listeners.filter((listener) => answerOf(unserved, listener, world) === 'old');
}

/** When somebody has to look again, in milliseconds since the epoch. */
export const loadTimes = (context: Pick<Context, 'cluster' | 'world' | 'views' | 'now'>): readonly number[] =>
  unservedIn(context).flatMap((unserved) => {
    const attempts = attemptsOf(unserved);
    const due = attempts === undefined ? undefined : dueAt(attempts);
    return due === undefined || due <= context.now ? [] : [due];
  });
