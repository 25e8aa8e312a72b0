/**
 * The KafkaCluster is being deleted. Its children go by garbage collection; claims, and the passwords that Kafka knows by what is on
 * them, stay (`Retain`) or are removed here (`Delete`), then the finalizer is released. A claim in use stays until its Pod is gone (Kubernetes protects it); the
 * finalizer waits only until every claim is marked for deletion. Operations are released first: nobody stops them any more.
 */
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import { credentialsCopyName, credentialsName } from '../../lib/constructs/naming';
import { targetOf } from './context';
import { isOurs, objectsOf } from './node-view';
import { releasedOperations } from './operation-deletion';
import type { Plan, Proposal } from './plan';
import { reason } from './reason';
import { FINALIZER } from './rules/finalizer';
import type { World } from './world';

export function decideDeletion(cluster: Pick<ResolvedCluster, 'volumeReclaim'>, world: World): Plan {
  const operations = releasedOperations(world);
  if (operations.length > 0) return { actions: operations, held: [], wakeAfter: undefined };
  const held = world.cluster.finalizers.includes(FINALIZER);
  if (!held) return { actions: [], held: [], wakeAfter: undefined };
  const why = [reason('Deleting', 'the KafkaCluster is being deleted and volumeReclaim is Delete')];
  const passwords = [credentialsName(world.cluster.name), credentialsCopyName(world.cluster.name)];
  const secrets = objectsOf(world, 'Secret').filter((o) => passwords.includes(o.metadata.name));
  const left = [...objectsOf(world, 'PersistentVolumeClaim'), ...secrets];
  const ours = left.filter((o) => isOurs(o) && o.metadata.deletionTimestamp === undefined);
  const removals = cluster.volumeReclaim === 'Delete' ? ours : [];
  const actions: readonly Proposal[] = removals.map((o) => ({ kind: 'delete', risk: 'destructive', target: targetOf(o), reasons: why }));
  if (actions.length > 0) return { actions, held: [], wakeAfter: undefined };
  const release = reason('Deleting', 'nothing is left to do');
  return { actions: [{ kind: 'setFinalizer', risk: 'safe', present: false, reasons: [release] }], held: [], wakeAfter: undefined };
}
