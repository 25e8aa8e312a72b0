/** Kubernetes Events: told and forgotten. A lost one changes nothing, and none is waited for. */
import { shortHash } from '../../lib/constructs/naming';
import { EVENT } from '../kinds';
import type { Kind, KubeApi } from '../runtime/kube-types';

export interface EventDraft {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

export interface ToldOf {
  readonly kind: Pick<Kind, 'apiVersion' | 'kind'>;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion?: string;
}

const MESSAGE_LIMIT = 1000;
/** A name may have 253 characters, of which the hash and the dot take these. */
const NAME_LIMIT = 236;

/** One Event of one object. Errors are given to `lost`. */
export function emitOf(
  kube: KubeApi,
  object: ToldOf,
  draft: EventDraft,
  told: { readonly now: number; readonly lost: (error: unknown) => void },
): void {
  const time = new Date(told.now).toISOString().replace(/\.\d+Z$/, 'Z');
  const { namespace, name, uid, resourceVersion } = object;
  const { apiVersion, kind } = object.kind;
  const id = shortHash(`${uid}${draft.reason}${draft.message}${String(told.now)}`, 16);
  const event = {
    apiVersion: EVENT.apiVersion,
    kind: EVENT.kind,
    metadata: { namespace, name: `${name.slice(0, NAME_LIMIT)}.${id}` },
    involvedObject: { apiVersion, kind, namespace, name, uid, ...(resourceVersion === undefined ? {} : { resourceVersion }) },
    reason: draft.reason,
    message: draft.message.slice(0, MESSAGE_LIMIT),
    type: draft.type,
    count: 1,
    firstTimestamp: time,
    lastTimestamp: time,
    source: { component: 'kafka-operator' },
    reportingComponent: 'kafka-operator',
    reportingInstance: 'kafka-operator',
  };
  kube.create(EVENT, event).catch(told.lost);
}
