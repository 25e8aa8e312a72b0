/** What key stores hold, whatever their format. All in PEM. */

export interface KeyStoreContents {
  /** PKCS #8. */
  readonly key?: string;
  /** Of the key: the leaf first. Empty without a key. */
  readonly chain: readonly string[];
  /** Entries of certificates alone, in the order of the file. */
  readonly trusted: readonly string[];
}

export interface KeyStoreEntries {
  /** PKCS #8. */
  readonly key?: string;
  readonly chain: readonly string[];
  readonly trusted: readonly string[];
  /** Of the key; trusted certificates are `ca`, `ca-2` and so on. */
  readonly alias: string;
  readonly password: string;
}

export const trustedAlias = (index: number): string => (index === 0 ? 'ca' : `ca-${index + 1}`);

/** Stores with several keys leave open which one is shown: Java takes the first that fits, in an order that is nobody's wish. */
export const severalKeys = (what: string, count: number): Error =>
  new Error(`cannot use ${what}: it holds ${count} private keys; leave the one that is to be shown (keytool -delete)`);

export const wrongPassword = (what: string): Error =>
  new Error(`cannot open ${what}: the password does not fit, or the file is damaged; store both anew, with the password of this file`);

export const damaged = (what: string, format: string): Error =>
  new Error(`cannot read ${what}: it begins like ${format}, but is damaged; store it anew`);
