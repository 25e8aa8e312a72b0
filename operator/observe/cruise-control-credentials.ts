/** With what the operator shows who it is to a Cruise Control: read from Secrets when it is dialled, and kept nowhere else. */
import { SECRET } from '../kinds';
import type { KubeApi } from '../runtime/kube-types';

/** Where a Cruise Control is and how it is spoken to; Secrets by name. */
export interface CruiseControlPlace {
  /** For example `http://orders-cruisecontrol-svc.kafka.svc.cluster.local:8090`. */
  readonly origin: string;
  readonly insecureSkipVerify: boolean;
  /** Of the Secrets. */
  readonly namespace: string;
  /** `ca.crt`. */
  readonly caSecret: string | undefined;
  /** `username` and `password`. */
  readonly basicSecret: string | undefined;
  /** `token`. */
  readonly tokenSecret: string | undefined;
}

export interface Credentials {
  readonly basic?: { readonly username: string; readonly password: string };
  readonly bearer?: string;
  /** PEM. */
  readonly ca?: string;
}

/** Asks for nothing when no Secret is named. Its errors name Secrets and keys, never values. */
export const credentialsFrom =
  (kube: Pick<KubeApi, 'get'>) =>
  async ({ namespace, caSecret, basicSecret, tokenSecret }: CruiseControlPlace): Promise<Credentials> => {
    const read = (name: string, ...keys: readonly string[]) => readSecret(kube, namespace, name, keys);
    const [ca] = caSecret === undefined ? [] : await read(caSecret, 'ca.crt');
    const [bearer] = tokenSecret === undefined ? [] : await read(tokenSecret, 'token');
    const [username, password] = basicSecret === undefined ? [] : await read(basicSecret, 'username', 'password');
    return {
      ...(ca === undefined ? {} : { ca }),
      ...(bearer === undefined ? {} : { bearer: bearer.trim() }),
      ...(username === undefined || password === undefined ? {} : { basic: { username, password } }),
    };
  };

async function readSecret(
  kube: Pick<KubeApi, 'get'>,
  namespace: string,
  name: string,
  keys: readonly string[],
): Promise<readonly string[]> {
  const secret = await kube.get({ kind: SECRET, namespace, name }).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`cannot read the Secret ${namespace}/${name} that spec.cruiseControlConfig names: ${why}`);
  });
  const data = (secret.data ?? {}) as Readonly<Record<string, string>>;
  return keys.map((key) => {
    const value = data[key];
    if (value === undefined) throw new Error(`cannot use the Secret ${namespace}/${name}: it has no key ${key}; add it`);
    return Buffer.from(value, 'base64').toString('utf8');
  });
}
