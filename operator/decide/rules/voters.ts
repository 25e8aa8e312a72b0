/**
 * The voters follow the controllers of the spec (KIP-853). A voter is a node id *and* a directory: a controller whose volume
 * was made anew is another voter under the old number, and Kafka takes it in only after the old one was taken out. A new
 * controller observes until it has caught up, so that it never counts before it can help. Which change goes when is the
 * gate's business (quorum-guard.ts); here is only what is wished, the mending first, then the new, then the unwanted.
 */
import { nodeHost } from '../../../lib/kafka/address';
import { listenerName } from '../../../lib/kafka/listeners';
import { changeableQuorum, isController, observerOf, votes } from '../changeable-quorum';
import type { Context, Rule } from '../context';
import { isVoteDue } from '../leaving-broker';
import { isLeavingController } from '../leaving-controller';
import type { NodeView } from '../node-view';
import type { Proposal } from '../plan';
import { reason } from '../reason';
import type { KafkaView } from '../world';

export const changeVoters: Rule = (context) => {
  const kafka = changeableQuorum(context);
  if (kafka === undefined) return [];
  const wanted = context.views.filter((view) => isController(view) && !view.node.departing);
  return [
    ...wanted.flatMap((view) => withoutLostDirectory(view, kafka)),
    ...wanted.flatMap((view) => withMissing(view, kafka, context)),
    ...context.views
      .filter((view) => isLeavingController(view) || isVoteDue(view, context))
      .flatMap((view) => withoutUnwanted(view, kafka)),
  ];
};

/** The node runs with another directory than the one it votes with: that was caught up last, so it is no observer of long ago. */
function withoutLostDirectory(view: NodeView, kafka: KafkaView): readonly Proposal[] {
  const { id } = view.node;
  const runsWith = observerOf(view, kafka);
  const voter = kafka.quorum.voters.find((each) => each.id === id);
  if (runsWith === undefined || voter === undefined || voter.directoryId === runsWith.directoryId) return [];
  if (voter.lastCaughtUpAt >= runsWith.lastCaughtUpAt) return [];
  const why = reason(
    'VoterUnwanted',
    `its volume was made anew: it voted with directory ${voter.directoryId} and runs with ${runsWith.directoryId}`,
  );
  return [{ kind: 'removeVoter', risk: 'safe', node: id, directoryId: voter.directoryId, reasons: [why] }];
}

function withMissing(view: NodeView, kafka: KafkaView, { cluster }: Context): readonly Proposal[] {
  const observer = observerOf(view, kafka);
  if (observer === undefined || votes(view, kafka)) return [];
  return [
    {
      kind: 'addVoter',
      risk: 'safe',
      node: view.node.id,
      directoryId: observer.directoryId,
      listener: listenerName(cluster.listeners.controller),
      host: nodeHost(cluster, view.node),
      port: cluster.listeners.controller.containerPort,
      reasons: [reason('VoterMissing', 'it is a controller of the spec and has caught up')],
    },
  ];
}

function withoutUnwanted(view: NodeView, kafka: KafkaView): readonly Proposal[] {
  const { id } = view.node;
  const { voters } = kafka.quorum;
  const left = voters.length - 1;
  const even =
    left > 0 && left % 2 === 0 ? [`${String(left)} voters stay, which survive no more losses than ${String(left - 1)} would`] : [];
  const why = reason('VoterUnwanted', ['it left the spec', ...even].join('; '));
  return voters
    .filter((voter) => voter.id === id)
    .map(({ directoryId }) => ({ kind: 'removeVoter', risk: 'disruptive', node: id, directoryId, reasons: [why] }));
}
