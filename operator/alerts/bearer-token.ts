/** The token that senders of alerts show. It is read from a mounted Secret, which may change while the operator runs. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';

const REREAD_AFTER_MS = 10_000;

export class BearerToken {
  private read: { readonly digest: Buffer; readonly at: number } | undefined;

  constructor(
    private readonly file: string,
    private readonly now: () => number,
  ) {}

  /** @throws when there is no token to be read */
  check(): void {
    this.digest();
  }

  /** @param header `Authorization` as it was sent. Takes as long whatever is wrong with it. */
  admits(header: string | undefined): boolean {
    const shown = /^Bearer ([^\s]{1,4096})$/i.exec(header ?? '')?.[1] ?? '';
    return timingSafeEqual(digestOf(shown), this.digest()) && shown !== '';
  }

  private digest(): Buffer {
    const { read } = this;
    if (read !== undefined && this.now() - read.at < REREAD_AFTER_MS) return read.digest;
    try {
      const token = readFileSync(this.file, 'utf8').trim();
      if (token.length < 16) throw new Error(`cannot use the token in ${this.file}: write at least 16 characters`);
      this.read = { digest: digestOf(token), at: this.now() };
      return this.read.digest;
    } catch (error) {
      // While the volume is being exchanged the token that was read last stands.
      if (read === undefined) throw error;
      return read.digest;
    }
  }
}

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();
