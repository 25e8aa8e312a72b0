/** What Java and openssl wrote: test/fixtures/pki. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(__dirname, '../../fixtures/pki');

interface Stores {
  readonly password: string;
  readonly stores: readonly {
    readonly file: string;
    readonly key?: 'ec' | 'rsa';
    readonly chain: number;
    readonly trusted: number;
  }[];
}

export const bytesOf = (file: string): Buffer => readFileSync(join(FOLDER, file));
export const textOf = (file: string): string => readFileSync(join(FOLDER, file), 'utf8');
export const NAMES = JSON.parse(textOf('names.json')) as readonly { readonly der: string; readonly java: string }[];
export const { password: PASSWORD, stores: STORES } = JSON.parse(textOf('stores.json')) as Stores;

/** Values as in a Secret. */
export const asSecret = (values: Readonly<Record<string, string | Buffer>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')]));

/** A sentence for people: why and what to do, and nothing that was in the Secret. */
export const SENTENCE = /^cannot [^\n]+; [^\n]+$/u;
