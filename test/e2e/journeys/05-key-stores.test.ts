/**
 * Java and openssl on this machine, and our certificates and key stores. RECORD=1 keeps what they wrote and said in test/fixtures/pki,
 * for the fast tests.
 */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDer } from '../../../operator/pki/der';
import { distinguishedName } from '../../../operator/pki/distinguished-name';
import { issueAuthority, issueLeaf, signingRequest } from '../../../operator/pki/issue';
import { isJks, readJks } from '../../../operator/pki/jks';
import { clientStores } from '../../../operator/pki/keystore-secret';
import { readPkcs12 } from '../../../operator/pki/pkcs12';
import { sampleNames } from '../../operator/pki/sample-names';
import {
  keyByWayOfJava,
  keyInOpenssl,
  listed,
  makeForeignStores,
  namesInJava,
  PASSWORD,
  recordedNames,
  requestText,
  verified,
} from '../key-stores';
import type { ForeignStore } from '../key-stores';

const FIXTURES = join(__dirname, '../../fixtures/pki');
const folder = mkdtempSync(join(tmpdir(), 'key-stores-'));
const CENTURY_MS = 100 * 365 * 86_400_000;
const profile = { commonName: 'ca', names: [], keyType: 'ECDSA-P256', durationMs: CENTURY_MS, renewBeforeMs: 0, authority: true } as const;
const leaf = {
  ...profile,
  authority: false,
  names: ['DNS:*.orders.kafka.svc', 'IP:10.0.0.1', 'IP:fd00::1', 'URI:spiffe://cluster.local/ns/kafka'],
};
const at = (file: string): string => join(folder, file);
const text = (file: string): string => readFileSync(at(file), 'utf8');

let stores: readonly ForeignStore[] = [];

beforeAll(async () => {
  const ca = await issueAuthority(profile, Date.now());
  writeFileSync(at('ca.crt'), ca.certificate);
  for (const [name, keyType] of [
    ['ec', 'ECDSA-P256'],
    ['rsa', 'RSA-2048'],
  ] as const) {
    const pair = await issueLeaf({ ...leaf, commonName: name, keyType }, ca, Date.now());
    writeFileSync(at(`${name}.crt`), pair.certificate);
    writeFileSync(at(`${name}.key`), pair.key);
  }
  stores = makeForeignStores(folder);
  if (process.env['RECORD'] === '1') record();
});

afterAll(() => rmSync(folder, { recursive: true }));

function record(): void {
  mkdirSync(FIXTURES, { recursive: true });
  const certificates = ['ca.crt', 'ec.crt', 'ec.key', 'rsa.crt', 'rsa.key'];
  for (const file of [...certificates, ...stores.map((store) => store.file)]) copyFileSync(at(file), join(FIXTURES, file));
  writeFileSync(join(FIXTURES, 'stores.json'), `${JSON.stringify({ password: PASSWORD, stores }, null, 1)}\n`);
  writeFileSync(join(FIXTURES, 'names.json'), `${JSON.stringify(recordedNames(), null, 1)}\n`);
}

describe('certificates of ours', () => {
  test('openssl, as strict as it can be, takes them', () => {
    for (const file of ['ec.crt', 'rsa.crt']) expect(verified(folder, file)).toContain(`${file}: OK`);
  });

  test('openssl takes a request, and finds the names in it', async () => {
    const { csr } = await signingRequest({ ...leaf, commonName: 'bob' });
    writeFileSync(at('bob.csr'), csr);
    expect(requestText(folder, 'bob.csr')).toMatch(
      /verify OK[\s\S]*Subject: CN = bob[\s\S]*DNS:\*\.orders\.kafka\.svc, IP Address:10\.0\.0\.1/u,
    );
  });
});

describe('key stores of ours', () => {
  test.each(['ec', 'rsa'])('Java and openssl read those of a user with an %s key', (name) => {
    const ca = text('ca.crt');
    const made = clientStores({ certificate: text(`${name}.crt`), key: text(`${name}.key`) }, [ca], PASSWORD);
    for (const [file, bytes] of Object.entries(made)) writeFileSync(at(file), Buffer.from(bytes, 'base64'));
    for (const file of ['keystore.jks', 'keystore.p12']) {
      expect(listed(folder, file)).toMatch(/Your keystore contains 1 entry[\s\S]*Entry type: PrivateKeyEntry[\s\S]*Owner: CN=/u);
      expect(keyByWayOfJava(folder, file)).toBe(text(`${name}.key`));
    }
    for (const file of ['truststore.jks', 'truststore.p12']) {
      expect(listed(folder, file)).toMatch(/Your keystore contains 1 entry[\s\S]*Entry type: trustedCertEntry[\s\S]*Owner: CN=ca/u);
    }
    expect(keyInOpenssl(folder, 'keystore.p12')).toBe(text(`${name}.key`));
  });
});

describe('key stores of others', () => {
  test('keytool and openssl wrote what is read', () => {
    expect(stores.length).toBeGreaterThan(25);
    for (const { file, key, chain, trusted } of stores) {
      const bytes = readFileSync(at(file));
      const read = isJks(bytes) ? readJks(bytes, PASSWORD) : readPkcs12(bytes, PASSWORD);
      expect({ file, key: read.key, chain: read.chain.length, trusted: read.trusted.length }).toEqual({
        ...{ file, chain, trusted },
        key: key === undefined ? undefined : text(`${key}.key`),
      });
    }
  });
});

describe('names', () => {
  test('are what Java calls them', () => {
    const names = sampleNames(2000, Date.now() % 2 ** 31);
    const java = namesInJava(names);
    const taken = names.map((der, index) => ({ der, java: java[index] })).filter((one) => one.java !== undefined);
    expect(taken.length).toBeGreaterThan(1000);
    expect(taken.map(({ der }) => distinguishedName(readDer(der)))).toEqual(taken.map((one) => one.java));
  });
});
