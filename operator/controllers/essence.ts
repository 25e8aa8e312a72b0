/**
 * Of thousands of KafkaTopics and KafkaUsers only what decisions need, and every text that many of them have in common once: their
 * conditions say the same, and JSON makes a copy of it for each of them.
 */
import type { KubeObject } from '../runtime/kube-types';
import { SharedTexts } from '../runtime/shared-texts';

const texts = new SharedTexts();
const APPLIED_LAST = 'kubectl.kubernetes.io/last-applied-configuration';

type Metadata = { -readonly [Key in keyof KubeObject['metadata']]: KubeObject['metadata'][Key] };

export function essence(object: KubeObject): KubeObject {
  return {
    apiVersion: texts.of(object.apiVersion),
    kind: texts.of(object.kind),
    metadata: metadataOf(object.metadata),
    spec: texts.within(object['spec']),
    status: texts.within(object['status']),
  };
}

/** Written part by part: an object that is spread together gets a hidden class of its own, which costs as much as the object. */
function metadataOf(all: KubeObject['metadata']): KubeObject['metadata'] {
  const { namespace, deletionTimestamp, generation, annotations, finalizers } = all;
  const metadata: Metadata = {
    name: all.name,
    uid: all.uid,
    resourceVersion: all.resourceVersion,
    creationTimestamp: texts.of(all.creationTimestamp),
  };
  if (namespace !== undefined) metadata.namespace = texts.of(namespace);
  if (deletionTimestamp !== undefined) metadata.deletionTimestamp = deletionTimestamp;
  if (generation !== undefined) metadata.generation = generation;
  if (annotations !== undefined) metadata.annotations = texts.within(withoutCopy(annotations));
  if (finalizers !== undefined) metadata.finalizers = texts.within(finalizers);
  return metadata;
}

function withoutCopy(annotations: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  if (annotations[APPLIED_LAST] === undefined) return annotations;
  const { [APPLIED_LAST]: _, ...others } = annotations;
  return others;
}
