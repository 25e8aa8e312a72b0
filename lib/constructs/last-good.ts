/**
 * The last spec with which every node served, kept beside the cluster so that a node that does not come back with the next one
 * can be given back what it ran before (`changePolicy.onFailure: Rollback`). A Secret, because a spec may hold passwords.
 */
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Secret } from 'kubernetes-types/core/v1';
import type { RawObject, ResolvedCluster } from '../api/resolved-cluster';
import { childMetadata, manifest } from './draft';
import type { Manifest } from './manifest';
import { ANNOTATION, lastGoodName, shortHash } from './naming';

const KEY = 'spec';

const packed = new WeakMap<RawObject, { readonly text: string; readonly hash: string }>();

function pack(spec: RawObject): { readonly text: string; readonly hash: string } {
  const known = packed.get(spec);
  if (known !== undefined) return known;
  const json = JSON.stringify(spec);
  const made = { text: Buffer.from(gzipSync(json).toString('base64')).toString('base64'), hash: shortHash(json, 16) };
  packed.set(spec, made);
  return made;
}

export function lastGoodManifest(cluster: ResolvedCluster): Manifest {
  const { text, hash } = pack(cluster.written);
  const metadata = childMetadata(cluster, { name: lastGoodName(cluster.name), annotations: { [ANNOTATION.specHash]: hash } });
  return manifest<Secret>({ apiVersion: 'v1', kind: 'Secret', metadata, type: 'Opaque', data: { [KEY]: text } });
}

/** The spec in the data of such a Secret; undefined when it is none. */
export function specInLastGood(data: Readonly<Record<string, unknown>> | undefined): unknown {
  const text = data?.[KEY];
  if (typeof text !== 'string') return undefined;
  try {
    const inner = Buffer.from(text, 'base64').toString('utf8');
    return JSON.parse(gunzipSync(Buffer.from(inner, 'base64')).toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}
