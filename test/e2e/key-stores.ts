/**
 * Key stores as keytool and openssl write them, and what both say of ours. Both programs are on every machine that can build the images;
 * what they wrote once is kept in test/fixtures/pki, so that the fast tests read it without them.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sampleNames } from '../operator/pki/sample-names';

export const PASSWORD = 'password-of-store';

/** One file: what was run, and what is in it. */
export interface ForeignStore {
  readonly file: string;
  readonly key: 'ec' | 'rsa' | undefined;
  /** Certificates behind the key, itself included. */
  readonly chain: number;
  readonly trusted: number;
}

const IN_OPENSSL = ['ec', 'rsa'] as const;

/** Recipes of openssl; `$k` is the key's name. Without a chain, because openssl puts the CA into the same file. */
const OPENSSL: Readonly<Record<string, string>> = {
  modern: '',
  'rc2-40': '-legacy',
  '3des': '-legacy -descert',
  'rc2-128': '-legacy -certpbe PBE-SHA1-RC2-128 -keypbe PBE-SHA1-2DES -macalg sha1',
  aes128: '-certpbe AES-128-CBC -keypbe AES-192-CBC -macalg sha512 -iter 5000',
  plain: '-certpbe NONE -keypbe NONE',
  'no-mac': '-nomac',
};

const run = (folder: string, script: string): string =>
  execFileSync('bash', ['-euo', 'pipefail', '-c', script], {
    ...{ cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
    env: { ...process.env, P: PASSWORD, JAVA: javaFolder(), JAVA_TOOL_OPTIONS: '-XX:TieredStopAtLevel=1', LC_ALL: 'C.UTF-8' },
  });

/** Where the programs of a JDK are, on the path or not. */
export function javaFolder(): string {
  const own = (process.env['PATH'] ?? '')
    .split(':')
    .map((folder) => join(folder, 'keytool'))
    .filter((file) => existsSync(file));
  const installed = existsSync('/usr/lib/jvm') ? readdirSync('/usr/lib/jvm').map((name) => `/usr/lib/jvm/${name}/bin/keytool`) : [];
  const home = process.env['JAVA_HOME'] === undefined ? [] : [join(process.env['JAVA_HOME'], 'bin/keytool')];
  const found = [...home, ...own, ...installed].filter((file) => existsSync(file))[0];
  if (found === undefined) throw new Error('cannot find keytool: install a JDK 17 or set JAVA_HOME');
  return dirname(realpathSync(found));
}

/** Expects `{ca,ec,rsa}.crt` and `{ec,rsa}.key` in the folder; writes the stores beside them. */
export function makeForeignStores(folder: string): readonly ForeignStore[] {
  const stores: ForeignStore[] = [];
  for (const key of IN_OPENSSL) {
    for (const [name, options] of Object.entries(OPENSSL)) {
      const file = `openssl-${name}-${key}.p12`;
      run(
        folder,
        `openssl pkcs12 -export ${options} -name ${key} -in ${key}.crt -inkey ${key}.key -certfile ca.crt -out ${file} -passout env:P`,
      );
      stores.push({ file, key, chain: 2, trusted: 0 });
    }
    stores.push(...keytoolStores(folder, key));
  }
  run(folder, 'openssl pkcs12 -export -nokeys -in ca.crt -out openssl-trust.p12 -passout env:P');
  for (const [type, options] of [
    ['p12', '-storetype PKCS12'],
    ['jks', '-storetype JKS'],
  ] as const) {
    run(
      folder,
      `rm -f keytool-trust.${type}; for a in ca ec; do $JAVA/keytool -importcert -noprompt -alias $a -file $a.crt ${options} -keystore keytool-trust.${type} -storepass:env P; done`,
    );
  }
  return [
    ...stores,
    { file: 'openssl-trust.p12', key: undefined, chain: 0, trusted: 1 },
    { file: 'keytool-trust.p12', key: undefined, chain: 0, trusted: 2 },
    { file: 'keytool-trust.jks', key: undefined, chain: 0, trusted: 2 },
  ];
}

function keytoolStores(folder: string, key: 'ec' | 'rsa'): readonly ForeignStore[] {
  const from = `-srckeystore openssl-modern-${key}.p12 -srcstorepass:env P -srcalias ${key} -deststorepass:env P -noprompt`;
  const legacy = '-J-Dkeystore.pkcs12.legacy';
  const recipes = [
    { file: `keytool-${key}.p12`, options: '-deststoretype PKCS12', trusts: '' },
    { file: `keytool-legacy-${key}.p12`, options: `-deststoretype PKCS12 ${legacy}`, trusts: legacy },
    { file: `keytool-${key}.jks`, options: '-deststoretype JKS', trusts: '' },
  ];
  return recipes.flatMap(({ file, options, trusts }) => {
    run(folder, `rm -f ${file} with-ca-${file}; $JAVA/keytool -importkeystore ${from} ${options} -destkeystore ${file}`);
    run(
      folder,
      `cp ${file} with-ca-${file}; $JAVA/keytool ${trusts} -importcert -noprompt -alias ca -file ca.crt -keystore with-ca-${file} -storepass:env P`,
    );
    return [
      { file, key, chain: 2, trusted: 0 },
      { file: `with-ca-${file}`, key, chain: 2, trusted: 1 },
    ];
  });
}

/** What Java calls names: DER in, text out; undefined for one that it refuses. */
export function namesInJava(names: readonly Buffer[]): readonly (string | undefined)[] {
  const input = names.map((name) => name.toString('hex')).join('\n');
  const out = execFileSync(join(javaFolder(), 'java'), [join(__dirname, 'java/PrintNames.java')], { input, encoding: 'utf8' });
  return out
    .trimEnd()
    .split('\n')
    .map((line) => (line === '-' ? undefined : Buffer.from(line, 'hex').toString('utf8')));
}

export const NAMES = { count: 120, seed: 7 };
export const recordedNames = (): readonly { readonly der: string; readonly java: string }[] => {
  const names = sampleNames(NAMES.count, NAMES.seed);
  const java = namesInJava(names);
  return names.flatMap((name, index) => (java[index] === undefined ? [] : [{ der: name.toString('hex'), java: java[index] }]));
};

/** What keytool tells of a store of ours, in one text. */
export const listed = (folder: string, file: string): string => run(folder, `$JAVA/keytool -list -v -keystore ${file} -storepass:env P`);

/** The private key of a store of ours, by way of keytool and then openssl: PKCS #8 in PEM. */
export const keyByWayOfJava = (folder: string, file: string): string =>
  run(
    folder,
    `rm -f copy.p12; $JAVA/keytool -importkeystore -noprompt -srckeystore ${file} -srcstorepass:env P -destkeystore copy.p12 -deststoretype PKCS12 -deststorepass:env P
     openssl pkcs12 -in copy.p12 -passin env:P -nodes -nocerts | openssl pkcs8 -topk8 -nocrypt`,
  );

/** The private key of a PKCS #12 of ours, as openssl reads it. */
export const keyInOpenssl = (folder: string, file: string): string =>
  run(folder, `openssl pkcs12 -in ${file} -passin env:P -nodes -nocerts | openssl pkcs8 -topk8 -nocrypt`);

/** Whether openssl, as strict as it can be, finds that `ca.crt` signed the certificate. */
export const verified = (folder: string, file: string): string =>
  run(folder, `openssl verify -x509_strict -purpose sslserver -CAfile ca.crt ${file}`);

export const requestText = (folder: string, file: string): string => run(folder, `openssl req -in ${file} -noout -text -verify 2>&1`);
