/**
 * What lies on a broker, by Kafka's own word: replicas that are assigned to it, that are being moved to or from it, and that its
 * log directories hold. Each may be told by another process and at another time, so all three are asked, and one that was not
 * answered is not nothing: data was lost by operators that took the word of an operation for it.
 */
import { ANNOTATION } from '../../lib/constructs/naming';
import { partitionName, partitionsOn } from './health';
import type { NodeView } from './node-view';
import { reason, type Reason } from './reason';
import type { KafkaView, LogDirView, World } from './world';

/** How many partitions have a replica on it. */
export const assignedTo = (id: number, kafka: KafkaView): number => partitionsOn(kafka, new Set([id])).length;

/** Why it holds replicas by what Kafka's metadata says; undefined: none is assigned to it, and none is on its way. */
export function whyAssigned(id: number, kafka: KafkaView): Reason | undefined {
  const assigned = partitionsOn(kafka, new Set([id]));
  const first = assigned[0];
  if (first !== undefined) return holds(`replicas of ${partitions(assigned.length)} are on it, first of ${partitionName(first)}`);
  if (kafka.reassigning === undefined) return reason('KafkaUnknown', 'Kafka has not said yet which partitions are being moved');
  const moving = kafka.reassigning.filter(({ adding, removing }) => adding.includes(id) || removing.includes(id));
  const next = moving[0];
  return next === undefined
    ? undefined
    : holds(`replicas of ${partitions(moving.length)} are on their way, first of ${partitionName(next)}`);
}

/** Why its log directories are not known to be empty, by its own word; undefined: they are, or the user says that it does not matter. */
export function whyNotEmpty({ node: { id } }: NodeView, kafka: KafkaView, world: World): Reason | undefined {
  if (isGivenUp(id, world)) return undefined;
  const dirs = kafka.logDirs?.[String(id)];
  if (dirs === undefined) return holds(`it has not told what lies in its log directories; if it cannot any more, ${remedyFor(id)}`);
  const broken = dirs.find((dir) => dir.offline);
  if (broken !== undefined)
    return holds(`its log directory ${broken.path} is offline, and nobody knows what lies in it; mend the disk, or ${remedyFor(id)}`);
  const full = dirs.find((dir) => dir.replicas > 0);
  return full === undefined ? undefined : holds(`replicas (${String(full.replicas)}, of ${shownTopics(full)}) lie in ${full.path}`);
}

const holds = (message: string): Reason => reason('HoldsReplicas', message);

const remedyFor = (id: number): string =>
  `annotate the KafkaCluster with ${ANNOTATION.recreateVolumes}=${String(id)} to give up what lies only there`;

/** What its volumes hold may be lost: the user's word (decision 5). */
function isGivenUp(id: number, { cluster }: World): boolean {
  const said = cluster.annotations[ANNOTATION.recreateVolumes] ?? '';
  return said.split(',').some((text) => text.trim() === String(id));
}

const partitions = (count: number): string => (count === 1 ? '1 partition' : `${String(count)} partitions`);

const shownTopics = ({ topics }: LogDirView): string => topics.slice(0, 3).join(', ') + (topics.length > 3 ? ' …' : '');
