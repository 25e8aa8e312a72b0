/**
 * The requests that this process sent to one Cruise Control, by marker. What became of one is told only together with a look
 * that began after its answer: an answer beside an older list of tasks would look like a task that was forgotten, or like one
 * that was never begun, and would be sent again.
 */
import type { RequestView } from '../decide/world';

interface Sent {
  told: RequestView;
  /** What became of it, until a look has begun after it. */
  untold: RequestView | undefined;
}

/** Of answered ones the latest are kept. */
const KEPT = 50;

export class CruiseControlRequests {
  private readonly sent = new Map<string, Sent>();
  private views: Readonly<Record<string, RequestView>> = {};

  /** False when it was sent before. */
  begin(marker: string): boolean {
    if (this.sent.has(marker)) return false;
    this.sent.set(marker, { told: { state: 'sent' }, untold: undefined });
    this.trim();
    return true;
  }

  settle(marker: string, view: RequestView): void {
    const sent = this.sent.get(marker);
    if (sent !== undefined) sent.untold = view;
  }

  /** Called when a look begins; what it returns is called when the look has succeeded. */
  beforeLook(): () => void {
    const settled = [...this.sent.values()].flatMap((sent) => (sent.untold === undefined ? [] : [{ sent, view: sent.untold }]));
    return () => {
      for (const { sent, view } of settled) {
        sent.told = view;
        if (sent.untold === view) sent.untold = undefined;
      }
      this.show();
    };
  }

  /** Something was answered that no look has told yet. */
  get untold(): boolean {
    return [...this.sent.values()].some(({ untold }) => untold !== undefined);
  }

  /** Markers of which nothing was told yet but that they were sent. */
  get unanswered(): readonly string[] {
    return [...this.sent].flatMap(([marker, { told }]) => (told.state === 'sent' ? [marker] : []));
  }

  /** By marker; the same object as long as nothing was told anew. */
  get view(): Readonly<Record<string, RequestView>> {
    return this.views;
  }

  private trim(): void {
    const over = [...this.sent].filter(([, { told }]) => told.state !== 'sent').slice(0, Math.max(0, this.sent.size - KEPT));
    for (const [marker] of over) this.sent.delete(marker);
    this.show();
  }

  private show(): void {
    this.views = Object.fromEntries([...this.sent].map(([marker, { told }]) => [marker, told]));
  }
}
