/**
 * Which certificates brokers serve. Only those are asked that are to load another one, every second until they are no longer asked
 * for: a cluster at rest is asked nothing. A handshake is enough, and it is broken off as soon as the certificate was shown: on TLS
 * 1.3 a server judges its client afterwards. Nobody's certificate is trusted here; its fingerprint is all that is taken.
 *
 * A broker has several threads for connections, and each loads the certificate for itself, one after the other. So an answer counts
 * when as many handshakes in a row agree as there are threads: Kafka gives them its connections in turn.
 */
import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import { connect } from 'node:tls';
import type { ServedCertificate } from '../decide/certificate-view';

export interface AskedListener {
  readonly node: number;
  readonly listener: string;
  /** Of the Pod: another one is asked anew. */
  readonly uid: string;
  readonly host: string;
  readonly port: number;
  /** The same broker by its name, for when its address does not answer: behind strict mutual TLS only names do. */
  readonly byName?: string;
  /** How many threads of the broker serve this listener. */
  readonly threads: number;
}

export interface CertificateSightOptions {
  /** Fingerprint of what is served there: SHA-256 of the DER, lower-case hexadecimal. Rejects when nobody shows a certificate. */
  readonly handshake?: (host: string, port: number) => Promise<string>;
  readonly onChange: (key: string) => void;
  readonly now: () => number;
  /** Milliseconds between two questions. */
  readonly interval?: number;
}

interface Asked {
  readonly of: AskedListener;
  seen: ServedCertificate | undefined;
  asking: boolean;
  times: number;
}

const INTERVAL_MS = 1_000;
/** One that cannot be seen is asked with every so many questions after a while. */
const RARELY_EVERY = 10;
const RARELY_AFTER = 60;

export class CertificateSight {
  private readonly clusters = new Map<string, Map<string, Asked>>();
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(private readonly options: CertificateSightOptions) {}

  /** By node id and listener; one that was not asked yet is missing, one that could not be seen has an empty fingerprint. */
  look(key: string): Readonly<Record<string, Readonly<Record<string, ServedCertificate>>>> {
    const found: Record<string, Record<string, ServedCertificate>> = {};
    for (const { of, seen } of this.clusters.get(key)?.values() ?? []) {
      if (seen !== undefined) (found[String(of.node)] ??= {})[of.listener] = seen;
    }
    return found;
  }

  /** From now on these of a cluster, and no others. */
  watch(key: string, listeners: readonly AskedListener[]): void {
    if (this.stopped) return;
    if (listeners.length === 0) {
      this.clusters.delete(key);
      return;
    }
    const before = this.clusters.get(key) ?? new Map<string, Asked>();
    const current = listeners.map((of): readonly [string, Asked] => {
      const name = `${String(of.node)}/${of.listener}/${of.uid}`;
      return [name, before.get(name) ?? { of, seen: undefined, asking: false, times: 0 }];
    });
    this.clusters.set(key, new Map(current));
    for (const [, asked] of current) if (asked.times === 0) void this.ask(key, asked);
    this.timer ??= setInterval(() => this.askAll(), this.options.interval ?? INTERVAL_MS).unref();
  }

  forget(key: string): void {
    this.clusters.delete(key);
  }

  /** For good: a pass that was under way begins nothing any more. */
  stop(): void {
    this.stopped = true;
    this.clusters.clear();
    this.rest();
  }

  private rest(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private askAll(): void {
    for (const [key, listeners] of this.clusters) for (const asked of listeners.values()) void this.ask(key, asked);
    if (this.clusters.size === 0) this.rest();
  }

  private async ask(key: string, asked: Asked): Promise<void> {
    asked.times += 1;
    const rarely = asked.seen?.fingerprint === '' && asked.times > RARELY_AFTER;
    if (asked.asking || (rarely && asked.times % RARELY_EVERY !== 0)) return;
    asked.asking = true;
    const fingerprint = await this.fingerprintOf(asked.of);
    asked.asking = false;
    if (fingerprint === undefined) return;
    const before = asked.seen?.fingerprint;
    asked.seen = { fingerprint, at: this.options.now() };
    if (this.isCurrent(key, asked) && before !== fingerprint) this.options.onChange(key);
  }

  private isCurrent(key: string, asked: Asked): boolean {
    return [...(this.clusters.get(key)?.values() ?? [])].includes(asked);
  }

  /** Empty: it cannot be seen. Undefined: one thread serves this and another that, which is over in a moment. */
  private async fingerprintOf({ host, port, byName, threads }: AskedListener): Promise<string | undefined> {
    const { handshake = servedAt } = this.options;
    const once = (): Promise<string> =>
      handshake(host, port).catch((error: unknown) => {
        if (byName === undefined) throw error;
        return handshake(byName, port);
      });
    try {
      const first = await once();
      for (let more = 1; more < threads; more += 1) if ((await once()) !== first) return undefined;
      return first;
    } catch {
      return '';
    }
  }
}

const HANDSHAKE_MS = 2_000;

/** Fingerprint of the certificate that is served there. */
export function servedAt(host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const name = isIP(host) === 0 ? { servername: host } : {};
    const socket = connect({ host, port, ...name, rejectUnauthorized: false });
    const end = (error: Error): void => {
      socket.destroy();
      reject(error);
    };
    const take = (): boolean => {
      const { raw } = (socket.getPeerCertificate(false) as { readonly raw?: Buffer } | null) ?? {};
      if (raw === undefined) return false;
      resolve(createHash('sha256').update(raw).digest('hex'));
      socket.destroy();
      return true;
    };
    const unseen = (why: string): Error => new Error(`cannot see the certificate of ${host}:${String(port)}: ${why}`);
    socket.setTimeout(HANDSHAKE_MS, () => end(unseen('no answer in time')));
    // On TLS 1.2 a server that asks for our certificate gives up before the end, and has shown its own by then.
    socket.on('error', (error: Error) => {
      if (!take()) end(unseen(error.message));
    });
    socket.on('close', () => end(unseen('the connection was closed')));
    socket.on('secureConnect', take);
  });
}
