// An action for alerts: the volume that an alert names grows by a share of its size, up to a limit. Of use where volumes differ in size
// and one amount for all of them (`resizePvc`) would be too much for some and too little for others.
//
//     annotations: { command: growByShare, percent: '20', limit: 500Gi }
//
// docs/alerts.md says how plug-ins are loaded and what they may answer.
const { defineAlertAction, parseQuantity } = require('kafka-operator');
const { z } = require('zod');

const MIB = 1024 * 1024;

exports.growByShare = defineAlertAction({
  name: 'growByShare',
  parameters: z.object({
    percent: z.coerce.number().int().min(1).max(100),
    limit: z.string().refine((text) => parseQuantity(text) !== undefined, 'is no size'),
  }),
  decide: ({ labels, parameters }, cluster) => {
    const volumes = cluster.brokers.flatMap((broker) => broker.volumes);
    const volume = volumes.find(({ claim }) => claim === labels.persistentvolumeclaim);
    if (volume === undefined) return { refusal: `no broker has the volume ${String(labels.persistentvolumeclaim)}` };
    const size = parseQuantity(volume.capacity ?? volume.size);
    const wanted = Math.min(size * (1 + parameters.percent / 100), parseQuantity(parameters.limit));
    const rounded = Math.floor(wanted / MIB);
    if (rounded * MIB <= size) return { refusal: `the volume has reached the limit of ${parameters.limit}` };
    return { changes: [{ kind: 'growClaim', claim: volume.claim, size: `${rounded}Mi` }] };
  },
});
