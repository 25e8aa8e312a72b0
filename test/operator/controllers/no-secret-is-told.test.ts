/**
 * Everything that the whole operator writes for a cluster whose brokers log in over TLS: no object but Secrets, no line of its log, no
 * Event and no status holds a password or a line of a private key.
 */
import { parse } from 'yaml';
import { ANNOTATION, credentialsName, serverCertificateName } from '../../../lib/constructs/naming';
import { SECRET } from '../../../operator/kinds';
import type { KubeObject } from '../../../operator/runtime/kube-types';
import { until } from '../../runtime/fake-clock';
import { tlsYaml } from '../../world/tls';
import { Environment, type Spec } from './environment';

jest.setTimeout(300_000);

const SPEC = (parse(tlsYaml().replace('type: ssl, name: internal', 'type: sasl_ssl, name: internal')) as { spec: Spec }).spec;
const KEYS = /-----BEGIN [A-Z ]*PRIVATE KEY-----([\s\S]*?)-----END/g;
const LOGINS = /password="([^"]+)"/g;
/** Whom to trust and what is shown is for everybody; arguments of the first start have the salted passwords. */
const PUBLIC = ['ca.crt', 'tls.crt'];

/** Values of a Secret that nobody else may see: whole, line by line of keys, and as base64. */
function secretValues(object: KubeObject): readonly string[] {
  const data = (object['data'] ?? {}) as Readonly<Record<string, string>>;
  return Object.entries(data).flatMap(([key, base64]) => {
    const text = Buffer.from(base64, 'base64').toString('utf8');
    const keys = [...text.matchAll(KEYS)].flatMap(([, body = '']) => body.split('\n').map((line) => line.trim()));
    const logins = [...text.matchAll(LOGINS)].map(([, password = '']) => password);
    const salted = [...text.matchAll(/saltedpassword="([^"]+)"/g)].map(([, value = '']) => value);
    const whole = PUBLIC.includes(key) ? [] : [text, base64];
    return [...whole, ...keys, ...logins, ...salted].filter((value) => value.length >= 16);
  });
}

/** Every state of every object, by the name under which it stands. */
function sweep(env: Environment): { readonly secrets: Set<string>; readonly told: Map<string, string> } {
  const [secrets, told] = [new Set<string>(), new Map<string, string>()];
  env.server.objects.onEvent(({ resource, object }) => {
    const { namespace = '', name, resourceVersion } = object.metadata;
    const isSecret = resource === 'v1/secrets';
    if (isSecret) secretValues(object).forEach((value) => secrets.add(value));
    const { data: _, ...rest } = object;
    told.set(`${resource} ${namespace}/${name} ${resourceVersion}`, JSON.stringify(isSecret ? rest : object));
  });
  return { secrets, told };
}

const found = (secrets: ReadonlySet<string>, texts: Iterable<readonly [string, string]>): readonly string[] => {
  const escaped = [...secrets].map((value) => JSON.stringify(value).slice(1, -1));
  const all = [...new Set([...secrets, ...escaped])];
  return [...texts].flatMap(([where, text]) => (all.some((value) => text.includes(value)) ? [where] : []));
};

const SERVER = serverCertificateName('orders');

/** Kafka itself is told no password here: that goes on being tried, and being told. */
function isReady({ status: { conditions = [] } }: Environment): boolean {
  return conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}

function isRenewed(env: Environment, name: string): boolean {
  const { annotations } = env.server.get(SECRET, 'kafka', name)?.metadata ?? {};
  return annotations !== undefined && (name !== SERVER || annotations[ANNOTATION.renewCertificates] === 'now');
}

test('nothing that is written but Secrets, and nothing that is said, holds a password or a key', async () => {
  const env = await Environment.start();
  try {
    const { secrets, told } = sweep(env);
    await env.operator();
    env.apply(SPEC);
    await until(() => isReady(env), 60_000);
    // What goes wrong is told as well: a Secret that is spoilt, one that is gone, and everything issued anew.
    env.server.patch(SECRET, 'kafka', SERVER, { data: { 'tls.key': Buffer.from('spoilt').toString('base64') } });
    env.server.remove(SECRET, 'kafka', credentialsName('orders'));
    env.apply(SPEC, { [ANNOTATION.renewCertificates]: 'now' });
    await until(() => isReady(env) && [SERVER, credentialsName('orders')].every((name) => isRenewed(env, name)), 60_000);

    const passwords = Object.values((env.server.get(SECRET, 'kafka', credentialsName('orders'))?.['data'] ?? {}) as Record<string, string>);
    expect(passwords.every((value) => secrets.has(value))).toBe(true);
    expect(secrets.size).toBeGreaterThan(30);
    expect([...told.keys()].filter((where) => where.startsWith('v1/events')).length).toBeGreaterThan(0);
    expect(found(secrets, told)).toEqual([]);
    expect(
      found(
        secrets,
        env.log.map((line) => [line, line] as const),
      ),
    ).toEqual([]);
    // The sweep finds what it looks for.
    const [value = ''] = secrets;
    expect(found(secrets, [['here', JSON.stringify({ text: `a ${value} b` })]])).toEqual(['here']);
  } finally {
    await env.close();
  }
});
