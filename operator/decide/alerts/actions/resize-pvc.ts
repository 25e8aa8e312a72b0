/**
 * `resizePvc`: the volume grows by an amount. Only the claim is written: a claim larger than the spec is left alone, and a spec that
 * somebody keeps in Git is not fought over.
 */
import { z } from 'zod';
import { defineAlertAction } from '../../../../lib/alerts/alert-action';
import { parseQuantity } from '../../../../lib/api/quantity';
import { quantity, sizeText } from './storage-parameters';

export const resizePvc = defineAlertAction({
  name: 'resizePvc',
  parameters: z.object({ incrementBy: quantity }),
  decide: ({ labels, parameters: { incrementBy } }, { brokers }) => {
    const claim = labels.persistentvolumeclaim ?? '';
    const volume = brokers.flatMap(({ volumes }) => volumes).find((one) => one.claim === claim);
    if (volume === undefined) return { refusal: `no broker of the spec has the volume ${claim}` };
    const has = Math.max(bytesOf(volume.size), bytesOf(volume.capacity));
    const size = has + bytesOf(incrementBy);
    if (has === 0 || !Number.isSafeInteger(size)) return { refusal: `the volume ${claim} does not tell a size that could grow` };
    return { changes: [{ kind: 'growClaim', claim, size: sizeText(size) }] };
  },
});

const bytesOf = (text: string | undefined): number => (text === undefined ? 0 : (parseQuantity(text) ?? 0));
