/**
 * Which certificates running nodes show. Brokers load new ones while they run (rules of their own see to it). The listener of the
 * quorum cannot: Kafka's raft clients read key and trust at their start only. Its certificate is therefore valid for long, is renewed
 * early and picked up by whatever restarts the node; a restart of its own is planned only when little is left, or when the CA that
 * signed the one in use is to go.
 */
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import { usesTls } from '../../lib/api/resolved-security';
import { ANNOTATION } from '../../lib/constructs/naming';
import { authorityIn } from './authority';
import { sighted, sourceOf, tlsListeners } from './certificate-sight';
import type { CertificateView } from './certificate-view';
import type { Context } from './context';
import { keystoresIn, pairsOf, textOf } from './keystores';
import { annotationOf, type NodeView, type PodView } from './node-view';
import { reason, type Reason } from './reason';
import { isoSeconds, millisecondsOf } from './rfc3339';

type Scope = Pick<Context, 'cluster' | 'world' | 'now'>;

/** Fingerprint and end of the quorum's certificate with which a Pod is, or was, made. */
interface QuorumCertificate {
  readonly fingerprint: string;
  /** Milliseconds since the epoch. */
  readonly end: number;
}

/** What is in the key stores for the listener of the quorum; undefined: nothing, or its source cannot be read now. */
export function quorumCertificateIn({ cluster, world, now }: Scope): CertificateView | undefined {
  const { controller } = cluster.listeners;
  if (!usesTls(controller)) return undefined;
  const seen = sighted(world, sourceOf(cluster, controller), now);
  const held = keystoresIn(cluster, world).holds.get(controller.name);
  return seen.state === 'usable' && seen.certificate.fingerprint === held ? seen.certificate : undefined;
}

/** What a Pod that is made now remembers of its certificates; none of it is part of its revision. */
export function certificateAnnotations(context: Scope, roles: readonly string[]): Readonly<Record<string, string>> {
  const quorum = quorumCertificateIn(context);
  const served = roles.includes('broker') ? textOf(reloadable(context)) : '';
  return {
    ...(quorum === undefined ? {} : { [ANNOTATION.quorumCertificate]: `${quorum.fingerprint},${isoSeconds(quorum.notAfter)}` }),
    ...(served === '' ? {} : { [ANNOTATION.servedCertificates]: served }),
  };
}

/** Fingerprint by listener of what brokers show and load while they run. */
function reloadable({ cluster, world }: Pick<Scope, 'cluster' | 'world'>): ReadonlyMap<string, string> {
  const { holds } = keystoresIn(cluster, world);
  return new Map(
    brokerListeners(cluster).flatMap(({ name }) => {
      const held = holds.get(name);
      return held === undefined ? [] : [[name, held] as const];
    }),
  );
}

const brokerListeners = (cluster: ResolvedCluster) =>
  tlsListeners(cluster).filter(({ name }) => name !== cluster.listeners.controller.name);

function madeWith({ object }: PodView): QuorumCertificate | undefined {
  const [fingerprint = '', end] = (annotationOf(object, ANNOTATION.quorumCertificate) ?? '').split(',');
  const at = millisecondsOf(end);
  return fingerprint === '' || at === undefined ? undefined : { fingerprint, end: at };
}

/** It still shows a certificate that is no longer the one in the key stores. */
export function showsFormer({ node, pod }: NodeView, context: Scope): boolean {
  if (pod === undefined) return false;
  const { holds } = keystoresIn(context.cluster, context.world);
  const quorum = madeWith(pod);
  if (quorum !== undefined && quorum.fingerprint !== holds.get(context.cluster.listeners.controller.name)) return true;
  if (!node.roles.includes('broker')) return false;
  const served = pairsOf(annotationOf(pod.object, ANNOTATION.servedCertificates));
  return [...reloadable(context)].some(([listener, held]) => served.get(listener) !== held);
}

/** Why a node is restarted for the certificate of the quorum; undefined: it may go on with the one that it has. */
export function whyToLoad(pod: PodView, context: Scope): Reason | undefined {
  const { cluster, world, now } = context;
  const [current, used] = [quorumCertificateIn(context), madeWith(pod)];
  if (current === undefined || used === undefined || used.fingerprint === current.fingerprint) return undefined;
  if (now >= loadBy(used, current)) return reason('CertificateToLoad', `its certificate of the quorum ends at ${isoSeconds(used.end)}`);
  const authority = cluster.listeners.controller.ownSecret === undefined ? authorityIn(cluster, world) : undefined;
  const handedOver = authority?.phase === 'switched' && current.signedBy === authority.signer.fingerprint;
  return handedOver ? reason('CertificateToLoad', 'its certificate of the quorum is to be signed by the new CA') : undefined;
}

/** When a quarter of its life is left, in milliseconds since the epoch. */
const loadBy = ({ end }: QuorumCertificate, { notBefore, notAfter }: CertificateView): number => end - (notAfter - notBefore) / 4;
