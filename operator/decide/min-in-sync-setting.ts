/**
 * `min.insync.replicas` is no setting like others once eligible leader replicas are on (KIP-966): it is the cluster's alone,
 * Kafka refuses it for a broker and refuses to remove it from the cluster's default, and a change of it makes Kafka forget
 * the eligible leaders. A partition whose ISR is short may have nobody but these to lead it without loss, so a change waits
 * until no partition has any.
 */
import type { AlterConfigs } from './action';
import { partitionName, partitionsOf } from './health';
import { reason, type Reason } from './reason';
import type { KafkaView } from './world';

const KEY = 'min.insync.replicas';
const FEATURE = 'eligible.leader.replicas.version';

/** Why a change of a setting is not made; undefined: it may be. */
export function whyKept(
  target: AlterConfigs['resource'],
  { key, to }: { readonly key: string; readonly to: string | undefined },
  kafka: KafkaView,
): Reason | undefined {
  if (key !== KEY) return undefined;
  const level = kafka.features === undefined ? undefined : (kafka.features.finalized[FEATURE] ?? 0);
  if (level === 0) return undefined;
  if (target.kind === 'clusterDefault' && to !== undefined) return whyNotNow(kafka);
  if (level === undefined)
    return reason('KafkaUnknown', `whether Kafka takes ${KEY} here depends on its features, which it has not told yet`);
  return reason('ConfigRefused', target.kind === 'broker' ? notOfBroker(to) : NEVER_REMOVED);
}

const WHILE = 'while eligible leader replicas are on';
const NEVER_REMOVED = `Kafka does not let ${KEY} be removed ${WHILE}, so it stays as it is: write the value that it is to have in clusterWideConfig`;

const notOfBroker = (to: string | undefined): string =>
  to === undefined
    ? `Kafka does not let ${KEY} of a single broker be altered ${WHILE}`
    : `Kafka does not take ${KEY} for a single broker ${WHILE}: write it in clusterWideConfig`;

function whyNotNow(kafka: KafkaView): Reason | undefined {
  const found = partitionsOf(kafka).find((p) => (p.elr ?? []).length > 0);
  if (found === undefined) return undefined;
  const elr = (found.elr ?? []).join(', ');
  return reason(
    'MinInSync',
    `a change of ${KEY} would clear the eligible leaders of ${partitionName(found)} (${elr}), which misses replicas`,
  );
}
