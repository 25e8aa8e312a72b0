/**
 * The toy's brokers: one whose kubelet was told of new key stores serves what is in them, any other what its Pod says; and whoever
 * asks is answered at once.
 */
import { ANNOTATION, LABEL } from '../../lib/constructs/naming';
import type { ServedCertificate } from './certificate-view';
import { pairsOf } from './keystores';
import { annotationOf, nodeIdOf } from './node-view';
import { hashOfKeystores } from './served-certificates';
import type { LiveObject, World } from './world';

/** With what is seen of certificates that differ from what Pods say; nothing when none does. */
export function withServed(world: World, now: number): World {
  const { served: _, ...others } = world;
  const keystores = world.objects.find((o) => o.kind === 'Secret' && annotationOf(o, ANNOTATION.keystoresOf) !== undefined);
  if (keystores === undefined) return others;
  const brokers = world.objects.filter((o) => o.kind === 'Pod' && o.metadata.labels?.[LABEL.isBroker] !== undefined);
  const seen = brokers.flatMap((pod) => {
    const answers = answersOf(pod, keystores, now);
    return answers.length === 0 ? [] : [[String(nodeIdOf(pod) ?? ''), Object.fromEntries(answers)] as const];
  });
  return seen.length === 0 ? others : { ...others, served: Object.fromEntries(seen) };
}

function answersOf(pod: LiveObject, keystores: LiveObject, at: number): readonly (readonly [string, ServedCertificate])[] {
  const wanted = pairsOf(annotationOf(keystores, ANNOTATION.keystoresOf));
  const [told] = (annotationOf(pod, ANNOTATION.keystoreFiles) ?? '').split(' ');
  const loaded = told === hashOfKeystores(keystores);
  return [...pairsOf(annotationOf(pod, ANNOTATION.servedCertificates))].flatMap(([listener, confirmed]) => {
    const wish = wanted.get(listener) ?? confirmed;
    return wish === confirmed ? [] : [[listener, { fingerprint: loaded ? wish : confirmed, at }] as const];
  });
}
