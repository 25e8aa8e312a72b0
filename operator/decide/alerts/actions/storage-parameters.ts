/** Sizes and claims as annotations of alerts say them. */
import { z } from 'zod';
import { parseQuantity } from '../../../../lib/api/quantity';

/** A size above zero, for example `10Gi`; `10G` of Koperator's samples too. */
export const quantity = z
  .string()
  .max(64)
  .refine((text) => (parseQuantity(text) ?? 0) > 0, 'is no size: write it like 10Gi');

export const claimSpec = (size: string, storageClass: string | undefined): Readonly<Record<string, unknown>> => ({
  accessModes: ['ReadWriteOnce'],
  ...(storageClass === undefined || storageClass === '' ? {} : { storageClassName: storageClass }),
  resources: { requests: { storage: size } },
});

const UNITS = [
  ['Gi', 1024 ** 3],
  ['Mi', 1024 ** 2],
  ['Ki', 1024],
] as const;

/** For example `20Gi`; what is no whole Ki as bytes. */
export function sizeText(bytes: number): string {
  const unit = UNITS.find(([, factor]) => bytes % factor === 0);
  return unit === undefined ? String(bytes) : `${String(bytes / unit[1])}${unit[0]}`;
}
