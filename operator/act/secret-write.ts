/**
 * How Secrets are written: made only where none is, changed only as it was seen, all of it in one request. So two writers never mix
 * what belongs together, and what somebody else put under one of our names is left alone and told.
 */
import { LABEL, MANAGED_BY } from '../../lib/constructs/naming';
import type { Manifest } from '../../lib/constructs/manifest';
import type { Target } from '../decide/action';
import { SECRET } from '../kinds';
import { isAlreadyExists } from '../runtime/kube-error';
import type { KubeApi, KubeObject } from '../runtime/kube-types';

/** Values in the clear, by key. */
export type SecretData = Readonly<Record<string, string | Buffer>>;

/** Somebody has to rename or remove it: asking again does not help. */
export class ForeignSecret extends Error {
  override readonly name = 'ForeignSecret';
}

/** Seen as it is no longer: the next pass looks again. */
const moved = ({ namespace, name }: Target): Error => new Error(`the Secret ${namespace}/${name} has changed meanwhile`);

/** Reads a Secret that has to be as it was seen. */
export async function readSeen(kube: Pick<KubeApi, 'get'>, target: Target): Promise<KubeObject> {
  const object = await kube.get({ kind: SECRET, namespace: target.namespace, name: target.name });
  const { uid, resourceVersion } = object.metadata;
  if (uid !== target.uid || resourceVersion !== target.resourceVersion) throw moved(target);
  return object;
}

/** What is under a key, in the clear; undefined: nothing. */
export function valueOf(object: KubeObject, key: string): string | undefined {
  const value = dataOf(object)[key];
  return value === undefined || value === '' ? undefined : Buffer.from(value, 'base64').toString('utf8');
}

export function requiredOf(object: KubeObject, key: string): string {
  const value = valueOf(object, key);
  if (value === undefined)
    throw new Error(`the Secret ${object.metadata.namespace ?? ''}/${object.metadata.name} has nothing under the key ${key}`);
  return value;
}

/** Base64, as the API server gives it. */
export const dataOf = ({ data }: KubeObject): Readonly<Record<string, string>> => (data ?? {}) as Readonly<Record<string, string>>;

const encoded = (data: SecretData): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')] as const));

interface Draft {
  /** Without data. */
  readonly manifest: Manifest;
  /** What it takes the place of; undefined: there is none. */
  readonly live: KubeObject | undefined;
}

/** The data becomes exactly this. */
export async function writeSecret(kube: KubeApi, { manifest, live }: Draft, data: SecretData): Promise<KubeObject> {
  if (live === undefined) return create(kube, { ...manifest, data: encoded(data) });
  const gone = Object.fromEntries(Object.keys(dataOf(live)).map((key) => [key, null] as const));
  return patchSecret(kube, live, { annotations: manifest.metadata.annotations ?? {}, data: { ...gone, ...encoded(data) } });
}

interface Change {
  /** Null takes one away. */
  readonly annotations?: Readonly<Record<string, string | null>>;
  /** Base64; null takes a key away. */
  readonly data?: Readonly<Record<string, string | null>>;
}

export async function patchSecret(kube: KubeApi, live: KubeObject, { annotations = {}, data = {} }: Change): Promise<KubeObject> {
  const { namespace = '', name, uid, resourceVersion } = live.metadata;
  return kube.mergePatch({ kind: SECRET, namespace, name }, { metadata: { uid, resourceVersion, annotations }, data });
}

export const asData = (data: SecretData): Readonly<Record<string, string>> => encoded(data);

async function create(kube: KubeApi, draft: Manifest): Promise<KubeObject> {
  try {
    return await kube.create(SECRET, draft);
  } catch (error) {
    if (isAlreadyExists(error)) await refuseForeign(kube, draft);
    throw error;
  }
}

/** One of ours that was not seen yet is seen by the next pass. */
async function refuseForeign(kube: KubeApi, { metadata: { namespace = '', name, labels } }: Manifest): Promise<void> {
  const object = await kube.get({ kind: SECRET, namespace, name });
  if (object.metadata.labels?.[LABEL.managedBy] === MANAGED_BY) {
    refuseUnlabelled(object, labels?.[LABEL.cluster]);
    return;
  }
  throw new ForeignSecret(
    `the Secret ${namespace}/${name} is there and was not made by this operator (it lacks the label ${LABEL.managedBy}=${MANAGED_BY}); rename or remove it`,
  );
}

/** Without this label it is never seen, and so it would be made again and again. */
function refuseUnlabelled({ metadata: { namespace = '', name, labels } }: KubeObject, cluster: string | undefined): void {
  if (cluster === undefined || labels?.[LABEL.cluster] === cluster) return;
  throw new ForeignSecret(
    `the Secret ${namespace}/${name} is there without the label ${LABEL.cluster}=${cluster}, by which it is found: kubectl -n ${namespace} label --overwrite secret ${name} ${LABEL.cluster}=${cluster}, or remove it`,
  );
}
