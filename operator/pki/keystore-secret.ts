/**
 * What clients find in the Secret of a user besides PEM: key stores with a password. They hold salts and the time, so they differ each
 * time they are made: whoever calls this does it when the certificate has changed, and never to compare.
 */
import { randomInt } from 'node:crypto';
import type { KeyPair } from './issue';
import { writeJks } from './jks';
import { splitChain } from './pem';
import { writePkcs12 } from './pkcs12';

/** Values as in a Secret's data (base64). */
export interface ClientStores {
  readonly 'keystore.jks': string;
  readonly 'truststore.jks': string;
  readonly 'keystore.p12': string;
  readonly 'truststore.p12': string;
  readonly password: string;
}

const ALIAS = 'client';

/** `trusted`: CAs in PEM, one each. */
export function clientStores(pair: KeyPair, trusted: readonly string[], password: string): ClientStores {
  const keys = { key: pair.key, chain: splitChain(pair.certificate), trusted: [], alias: ALIAS, password };
  const trust = { chain: [], trusted, alias: ALIAS, password };
  return {
    'keystore.jks': writeJks(keys).toString('base64'),
    'truststore.jks': writeJks(trust).toString('base64'),
    'keystore.p12': writePkcs12(keys).toString('base64'),
    'truststore.p12': writePkcs12(trust).toString('base64'),
    password: Buffer.from(password).toString('base64'),
  };
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** 24 letters and digits (142 bits): nothing that a properties file, a shell or a JAAS line would have to escape. */
export const drawPassword = (): string => Array.from({ length: 24 }, () => LETTERS.charAt(randomInt(LETTERS.length))).join('');
