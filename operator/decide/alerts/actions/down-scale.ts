/**
 * `downScale`: one broker less. The named one, or of those that alerts added the one with the fewest replicas. A broker that somebody
 * else wrote into the spec is taken out only with `allowSpecEdits`; what lies on it is moved away before it stops in any case.
 */
import { z } from 'zod';
import { defineAlertAction, type AlertedBroker } from '../../../../lib/alerts/alert-action';

export const downScale = defineAlertAction({
  name: 'downScale',
  parameters: z.object({ brokerId: z.string().max(8).optional() }),
  decide: ({ parameters, labels }, cluster, { replicas }) => {
    const named = parameters.brokerId ?? labels.brokerId;
    const free = cluster.brokers.filter((broker) => broker.addedByAlert || cluster.allowSpecEdits);
    if (named !== undefined && named !== '') {
      const broker = cluster.brokers.find(({ id }) => String(id) === named);
      if (broker === undefined) return { refusal: `the spec has no broker ${named}` };
      return free.includes(broker) ? removal(broker) : { refusal: `broker ${named} ${OF_OTHERS}` };
    }
    if (replicas === undefined) return { refusal: 'Kafka cannot be seen, and nobody knows which broker has the fewest replicas' };
    const brokers = free.filter(({ roles }) => !roles.includes('controller'));
    const [fewest] = [...brokers].sort((a, b) => (replicas[String(a.id)] ?? 0) - (replicas[String(b.id)] ?? 0) || b.id - a.id);
    return fewest === undefined ? { refusal: `no broker was added by an alert; every other one ${OF_OTHERS}` } : removal(fewest);
  },
});

const OF_OTHERS = 'was written into the spec by somebody else, who would write it again; alertManagerConfig.allowSpecEdits allows it';

const removal = ({ id }: AlertedBroker) => ({ changes: [{ kind: 'removeBroker' as const, id }] });
