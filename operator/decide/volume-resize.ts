/**
 * How far a claim is that was asked to grow, in its own words: its conditions, the state of the resize that the storage driver
 * works on, and its capacity. The request says what is wished; only the capacity says what is there.
 */
import { parseQuantity } from '../../lib/api/quantity';
import { reason, type Reason } from './reason';
import type { LiveObject } from './world';

interface ClaimStatus {
  readonly phase?: string;
  readonly capacity?: { readonly storage?: string };
  readonly allocatedResourceStatuses?: { readonly storage?: string };
  readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
}

/** Undefined: it has what it asks for, is not bound yet, or does not tell its capacity. */
export function whyResizing(claim: LiveObject, request: string): Reason | undefined {
  const status: ClaimStatus = claim.status ?? {};
  const capacity = status.capacity?.storage;
  if (capacity === undefined || (parseQuantity(capacity) ?? 0) >= (parseQuantity(request) ?? 0)) return undefined;
  return reason('VolumeResize', `it has ${capacity} of ${request}: ${failure(status) ?? progress(status)}`);
}

/** Types of conditions and states of Kubernetes, with what they mean. */
const FAILURES: Readonly<Record<string, string>> = {
  ControllerResizeError: 'the storage driver could not grow it and tries again',
  NodeResizeError: 'its Kubernetes node could not grow it and tries again',
  ControllerResizeInfeasible: 'the storage driver cannot grow it; mend the storage, or write what it has into the spec and the claim',
  NodeResizeInfeasible: 'its Kubernetes node cannot grow it; mend the storage, or write what it has into the spec and the claim',
};

const PROGRESS: Readonly<Record<string, string>> = {
  NodeResizePending: 'the file system grows once its Kubernetes node mounts it',
  NodeResizeInProgress: 'its Kubernetes node is growing the file system',
  ControllerResizeInProgress: 'the storage driver is growing it',
  FileSystemResizePending: 'the file system grows once its Kubernetes node mounts it',
  Resizing: 'the storage driver is growing it',
};

function failure(status: ClaimStatus): string | undefined {
  const state = status.allocatedResourceStatuses?.storage ?? '';
  const condition = status.conditions?.find((c) => c.status === 'True' && c.type in FAILURES);
  const said = FAILURES[state] ?? FAILURES[condition?.type ?? ''];
  return said === undefined ? undefined : said + words(condition?.message);
}

function progress(status: ClaimStatus): string {
  const state = status.allocatedResourceStatuses?.storage ?? '';
  const condition = status.conditions?.find((c) => c.status === 'True' && c.type in PROGRESS);
  const said =
    PROGRESS[state] ??
    PROGRESS[condition?.type ?? ''] ??
    'nobody works on it yet; does its storage class have a driver that can grow volumes?';
  return said + words(condition?.message);
}

const words = (message: string | undefined): string => (message === undefined || message === '' ? '' : ` (${message})`);
