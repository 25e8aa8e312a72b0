/**
 * A finalizer is kept only while something outside garbage collection has to be done at deletion: claims have no owner
 * reference (decision 7), so under `volumeReclaim: Delete` we remove them ourselves. Under Retain the KafkaCluster goes at
 * once, whatever state the operator is in.
 */
import type { Rule } from '../context';
import { reason } from '../reason';

export const FINALIZER = 'finalizer.kafkaclusters.kafka.banzaicloud.io';

export const finalizer: Rule = ({ cluster, world }) => {
  const wanted = cluster.volumeReclaim === 'Delete';
  if (wanted === world.cluster.finalizers.includes(FINALIZER)) return [];
  const why = wanted
    ? 'volumeReclaim is Delete: the claims are removed with the cluster'
    : 'volumeReclaim is Retain: nothing to do at deletion';
  return [{ kind: 'setFinalizer', risk: 'safe', present: wanted, reasons: [reason('ReclaimPolicy', why)] }];
};
