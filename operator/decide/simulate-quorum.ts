/**
 * The toy's quorum: who votes, and with which directory each controller runs. A directory goes with its claim, so that a
 * volume that was made anew is another directory, as it is for Kafka.
 */
import { ANNOTATION, LABEL } from '../../lib/constructs/naming';
import { directoryId, majorityOf } from '../../lib/kafka/quorum';
import { annotationOf, nodeIdOf } from './node-view';
import type { LiveObject, QuorumMember, QuorumView, World } from './world';

type Seat = Pick<QuorumMember, 'id' | 'directoryId'>;

const isController = (object: LiveObject): boolean => object.metadata.labels?.[LABEL.isController] === 'true';

/** A majority of the voters is there; without it no controller is ready. */
export function leads(world: World, alive: readonly LiveObject[]): boolean {
  const voters = votersIn(world);
  const running = seatsOf(world, alive);
  return running.filter((seat) => holds(voters, seat)).length >= majorityOf(voters.length);
}

/** What Kafka says of it while somebody leads. */
export function quorumOf(world: World, alive: readonly LiveObject[], { at, slow }: { at: number; slow: readonly number[] }): QuorumView {
  const voters = votersIn(world);
  const running = seatsOf(world, alive);
  const before = world.kafka.state === 'known' ? world.kafka.value.quorum : undefined;
  const member = (seat: Seat): QuorumMember => {
    const caughtUp = holds(running, seat) && !slow.includes(seat.id);
    return { ...seat, logEndOffset: 10, lastCaughtUpAt: caughtUp ? at : lastSeen(before, seat) };
  };
  const leaders = running.filter((seat) => holds(voters, seat)).map((seat) => seat.id);
  const stays = before !== undefined && leaders.includes(before.leaderId);
  return {
    leaderId: stays ? before.leaderId : (leaders.find((id) => !slow.includes(id)) ?? leaders[0] ?? -1),
    leaderEpoch: 1,
    highWatermark: 10,
    voters: voters.map(member),
    observers: running.filter((seat) => !holds(voters, seat)).map(member),
  };
}

/** A controller that went away a moment ago still looks caught up: Kafka tells when it last was. */
const lastSeen = (before: QuorumView | undefined, { id, directoryId: directory }: Seat): number =>
  [...(before?.voters ?? []), ...(before?.observers ?? [])].find((m) => m.id === id && m.directoryId === directory)?.lastCaughtUpAt ?? -1;

const holds = (seats: readonly Seat[], { id, directoryId: directory }: Seat): boolean =>
  seats.some((seat) => seat.id === id && seat.directoryId === directory);

/** As they were seen last; before that, and after Kafka was out of sight, those of the birth. */
function votersIn(world: World): readonly Seat[] {
  const { initialControllers = [] } = world.cluster.status;
  if (world.kafka.state !== 'known') return initialControllers.map((id) => seatOf(world, id));
  const { voters } = world.kafka.value.quorum;
  return voters.map(({ id, directoryId: directory }) => (directory === '' ? seatOf(world, id) : { id, directoryId: directory }));
}

const seatsOf = (world: World, alive: readonly LiveObject[]): readonly Seat[] =>
  alive
    .filter(isController)
    .map((pod) => seatOf(world, nodeIdOf(pod) ?? -1))
    .sort((a, b) => a.id - b.id);

function seatOf(world: World, id: number): Seat {
  const claims = world.objects.filter((o) => o.kind === 'PersistentVolumeClaim');
  const born = claims.some((o) => annotationOf(o, ANNOTATION.quorumMode) === 'static') ? 0 : 1;
  const raised = world.kafka.state === 'known' ? world.kafka.value.features?.finalized['kraft.version'] : undefined;
  if ((raised ?? born) < 1) return { id, directoryId: '' };
  const claim = claims.find((o) => nodeIdOf(o) === id && annotationOf(o, ANNOTATION.metadataLog) === 'true');
  return { id, directoryId: directoryId(`${world.cluster.status.clusterID ?? ''}/${claim?.metadata.uid ?? ''}`, id) };
}
