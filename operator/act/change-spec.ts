/**
 * Writes what an alert asks for into the KafkaCluster: by server-side apply under a field manager of its own, never with force, with every
 * entry that this manager owns (decision 28). The object is read fresh right before, since the store keeps no managed fields; its uid
 * is a precondition, so that a KafkaCluster that was just deleted is not made again.
 *
 * A broker that others own a part of cannot be taken out that way. With `allowSpecEdits` the list is written without it, as a person
 * would with an editor: a merge patch that holds only for the object as it was read.
 */
import { CLUSTER_API_VERSION } from '../../lib/constructs/naming';
import type { ChangeSpec, GrowClaim } from '../decide/action';
import { specWith } from '../decide/alerts/changed-spec';
import { ALERT_MANAGER, brokersOfAlerts, ownedSpec } from '../decide/alerts/owned-spec';
import type { ClusterView } from '../decide/world';
import { KAFKA_CLUSTER, kindOf } from '../kinds';
import { isConflict } from '../runtime/kube-error';
import type { KubeApi, KubeDraft, KubeObject } from '../runtime/kube-types';

/** The object as it is after the write, or a sentence why it was not written. */
export async function changeSpec(action: ChangeSpec, { namespace, name, uid }: ClusterView, kube: KubeApi): Promise<KubeObject | string> {
  const ref = { kind: KAFKA_CLUSTER, namespace, name };
  const fresh = await kube.get(ref);
  if (fresh.metadata.uid !== uid) throw new Error('cannot change the spec: it is another KafkaCluster by now');
  const ours = brokersOfAlerts(fresh.metadata.managedFields);
  const foreign = action.changes.filter((change) => change.kind === 'removeBroker' && !ours.includes(change.id));
  if (foreign.length > 0) return action.allowSpecEdits ? kube.mergePatch(ref, withoutBrokers(action, fresh)) : OF_OTHERS;
  const metadata = { namespace, name, uid };
  const draft: KubeDraft = { apiVersion: CLUSTER_API_VERSION, kind: 'KafkaCluster', metadata, spec: ownedSpec(fresh, action.changes) };
  try {
    return await kube.apply(KAFKA_CLUSTER, draft, { force: false, fieldManager: ALERT_MANAGER });
  } catch (error) {
    if (isConflict(error)) return `somebody else owns what the alert would change: ${error.message}`;
    throw error;
  }
}

const OF_OTHERS = 'somebody else owns a part of the broker that the alert would take out; alertManagerConfig.allowSpecEdits allows it';

function withoutBrokers({ changes }: ChangeSpec, { metadata, spec }: KubeObject): object {
  const { uid, resourceVersion } = metadata;
  const { brokers } = specWith(spec as Readonly<Record<string, unknown>>, changes);
  return { metadata: { uid, resourceVersion }, spec: { brokers } };
}

/** Only the request; the spec is left as it is. */
export function growClaim({ target, size }: GrowClaim, kube: KubeApi): Promise<KubeObject> {
  const { namespace, name, uid, resourceVersion } = target;
  const patch = { metadata: { uid, resourceVersion }, spec: { resources: { requests: { storage: size } } } };
  return kube.mergePatch({ kind: kindOf(target), namespace, name }, patch);
}
