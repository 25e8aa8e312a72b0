/** Kubernetes Events: told and forgotten. A lost one changes nothing, and none is waited for. */
import { shortHash } from '../../lib/constructs/naming';
import { EVENT } from '../kinds';
import type { Kind, KubeApi, KubeDraft } from '../runtime/kube-types';

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

interface Told {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly lost: (error: unknown) => void;
}

/** One Event of one object. Errors are given to `lost`. */
export function emitOf(kube: KubeApi, object: ToldOf, draft: EventDraft, { now, lost }: Told): void {
  kube.create(EVENT, eventObject(object, draft, now)).catch(lost);
}

/** As many as the API server takes beside writes that somebody waits for. */
const AT_ONCE = 2;
/** A thousand objects that all change at once are told; a storm beyond them is in their statuses. */
const MOST_WAITING = 2_000;

/** Events of many objects: behind whatever else is written, in order. */
export class EventTrickle {
  private readonly waiting: (() => Promise<unknown>)[] = [];
  private sending = 0;

  constructor(
    private readonly kube: KubeApi,
    private readonly lost: Told['lost'],
  ) {}

  /** @param now milliseconds since the epoch */
  add(object: ToldOf, draft: EventDraft, now: number): void {
    if (this.waiting.length >= MOST_WAITING) {
      this.lost(new Error(`${String(MOST_WAITING)} Events wait already`));
      return;
    }
    const event = eventObject(object, draft, now);
    this.waiting.push(() => this.kube.create(EVENT, event));
    if (this.sending < AT_ONCE) void this.send();
  }

  private async send(): Promise<void> {
    this.sending += 1;
    for (let next = this.waiting.shift(); next !== undefined; next = this.waiting.shift()) await next().catch(this.lost);
    this.sending -= 1;
  }
}

function eventObject(object: ToldOf, draft: EventDraft, now: number): KubeDraft {
  const time = new Date(now).toISOString().replace(/\.\d+Z$/, 'Z');
  const { namespace, name, uid, resourceVersion } = object;
  const { apiVersion, kind } = object.kind;
  const id = shortHash(`${uid}${draft.reason}${draft.message}${String(now)}`, 16);
  return {
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
}
