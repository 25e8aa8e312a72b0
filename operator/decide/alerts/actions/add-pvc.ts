/** `addPvc`: another volume for the broker whose volume is nearly full. Its path is made from the alert, so that it is the same however often it is asked for. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { defineAlertAction } from '../../../../lib/alerts/alert-action';
import { claimSpec, quantity } from './storage-parameters';

const parameters = z.object({
  diskSize: quantity,
  storageClass: z.string().max(253).optional(),
  mountPathPrefix: z.string().max(100).regex(/^\/./, 'begins with /').default('/kafka-logs'),
});

export const addPvc = defineAlertAction({
  name: 'addPvc',
  parameters,
  decide: ({ labels, fingerprint, since, parameters: asked }, { brokers }, { disksBusy }) => {
    const claim = labels.persistentvolumeclaim ?? '';
    const broker = brokers.find(({ volumes }) => volumes.some((volume) => volume.claim === claim));
    if (broker === undefined) return { refusal: `no broker of the spec has the volume ${claim}` };
    if (disksBusy !== undefined) return { refusal: disksBusy };
    const suffix = createHash('sha256')
      .update(`${fingerprint} ${String(since)}`)
      .digest('hex')
      .slice(0, 6);
    const storage = { mountPath: `${asked.mountPathPrefix}-${suffix}`, pvcSpec: claimSpec(asked.diskSize, asked.storageClass) };
    return { changes: [{ kind: 'addStorage', broker: broker.id, storage }] };
  },
});
