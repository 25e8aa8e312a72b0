/**
 * What differs between a live Pod and the wanted one, in words. Whether anything differs is the revision's word alone; this
 * only names it. The API server and admission fill in fields that nobody asked for, so a live Pod may say more than the
 * wanted one, never less: what is no longer wanted is named for images, variables and files, and is otherwise one sentence.
 */
import { nanosOf } from '../../lib/api/quantity';
import type { NodeManifests } from '../../lib/constructs/cluster';
import type { Manifest } from '../../lib/constructs/manifest';
import { FORMAT_ENV } from '../../lib/constructs/pod-env';
import { configDifferences, secretDiffers } from './config-differences';
import type { PodView } from './node-view';
import type { LiveObject } from './world';

interface Container {
  readonly name: string;
  readonly image?: string;
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly resources?: { readonly limits?: unknown; readonly requests?: unknown };
  readonly [field: string]: unknown;
}

interface PodSpec {
  readonly containers?: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly {
    readonly name: string;
    readonly configMap?: { readonly name?: string };
    readonly secret?: { readonly secretName?: string };
  }[];
  readonly [field: string]: unknown;
}

const NAMED = 4;

/** @param live live objects by `kind/name` */
export function podDifferences(wanted: NodeManifests, pod: PodView, live: ReadonlyMap<string, LiveObject>): string {
  const want = specOf(wanted.pod);
  const have = specOf(pod.object);
  const said = [
    ...imageDifferences(want, have),
    ...fileDifferences(wanted, have, live),
    ...named('environment: ', envDifferences(kafkaOf(want), kafkaOf(have))),
    ...named('', [...containerPaths(want, have), ...specPaths(want, have)]),
  ];
  return said.length > 0 ? said.join('; ') : 'its Pod specification differs';
}

const specOf = (object: Manifest | LiveObject): PodSpec => (object.spec ?? {}) as PodSpec;

export const kafkaOf = (spec: unknown): Container | undefined => (spec as PodSpec | undefined)?.containers?.find((c) => c.name === 'kafka');

export const imageOf = (object: Manifest | LiveObject): string => kafkaOf(object.spec)?.image ?? 'unknown';

const containersOf = (spec: PodSpec): readonly Container[] => [...(spec.containers ?? []), ...(spec.initContainers ?? [])];

function imageDifferences(want: PodSpec, have: PodSpec): readonly string[] {
  const live = new Map(containersOf(have).map((c) => [c.name, c.image] as const));
  return containersOf(want).flatMap(({ name, image = 'unknown' }) => {
    const was = live.get(name);
    if (was === undefined || was === image) return [];
    return [`${name === 'kafka' ? 'image' : `image of ${name}`} is ${was}, wanted ${image}`];
  });
}

function fileDifferences({ config }: NodeManifests, have: PodSpec, live: ReadonlyMap<string, LiveObject>): readonly string[] {
  const [map, secret] = ['ConfigMap', 'Secret'].map((kind) => config.find((m) => m.kind === kind));
  const mounted = mountedBy(have);
  if (map?.metadata.name === mounted.config) return [];
  const before = live.get(`Secret/${mounted.secret}`);
  const unseen = mounted.secret !== '' && before === undefined;
  const hidden = !unseen && secretDiffers(secret, before) ? ['a sensitive setting differs'] : [];
  return [...configDifferences(map, live.get(`ConfigMap/${mounted.config}`)), ...hidden];
}

/** Names; empty: none. */
function mountedBy({ volumes = [] }: PodSpec): { readonly config: string; readonly secret: string } {
  const config = volumes.find((v) => v.name === 'broker-config')?.configMap?.name ?? '';
  const secret = volumes.find((v) => v.name === 'broker-config-secret')?.secret?.secretName ?? '';
  return { config, secret };
}

/** Names only: values may be anything. */
function envDifferences(want: Container | undefined, have: Container | undefined): readonly string[] {
  const wanted = new Map((want?.env ?? []).map((e) => [e.name, e] as const));
  const live = new Map((have?.env ?? []).map((e) => [e.name, e] as const));
  const names = [...new Set([...wanted.keys(), ...live.keys()])].filter((name) => !FORMAT_ENV.includes(name)).sort();
  return names.filter((name) => !contains(wanted.get(name) ?? null, live.get(name)));
}

/** Fields that have words of their own. */
const SAID = ['name', 'image', 'env', 'volumes', 'containers', 'initContainers'];

const containerPaths = (want: PodSpec, have: PodSpec): readonly string[] =>
  containersOf(want).flatMap((container) => {
    const live = containersOf(have).find((c) => c.name === container.name);
    if (live === undefined) return [`container ${container.name} is new`];
    const said = container.name === 'kafka' ? SAID : SAID.filter((field) => field !== 'env');
    return fieldsThatDiffer(container, live, said).map((field) => `${container.name} ${wordsOf(field, container, live)}`);
  });

const wordsOf = (field: string, want: Container, have: Container): string =>
  field === 'resources' ? resourceDifferences(want.resources, have.resources) : `${field} differs`;

/** For example `requests.cpu 1 to 2`. */
export function resourceDifferences(want: Container['resources'], have: Container['resources']): string {
  const paths = (['requests', 'limits'] as const).flatMap((part) => {
    const wanted = (want?.[part] ?? {}) as Readonly<Record<string, string>>;
    const live = (have?.[part] ?? {}) as Readonly<Record<string, string>>;
    return Object.entries(wanted)
      .filter(([key, value]) => !same(value, live[key]))
      .map(([key, value]) => `${part}.${key} ${live[key] ?? 'unset'} to ${value}`);
  });
  return paths.join(', ');
}

function specPaths(want: PodSpec, have: PodSpec): readonly string[] {
  const live = new Set((have.volumes ?? []).map((v) => v.name));
  const fresh = (want.volumes ?? []).filter((v) => !live.has(v.name)).map((v) => `volume ${v.name} is new`);
  return [...fresh, ...fieldsThatDiffer(want, have, SAID).map((field) => `${field} differs`)];
}

const fieldsThatDiffer = (want: Readonly<Record<string, unknown>>, have: Readonly<Record<string, unknown>>, except: readonly string[]) =>
  Object.keys(want).filter((field) => !except.includes(field) && !contains(want[field], have[field]));

/** The live value says all that the wanted one says. */
function contains(wanted: unknown, live: unknown): boolean {
  if (Array.isArray(wanted)) return wanted.every((item) => Array.isArray(live) && live.some((other) => contains(item, other)));
  if (typeof wanted !== 'object' || wanted === null) return same(wanted, live);
  if (typeof live !== 'object' || live === null) return Object.keys(wanted).length === 0;
  return Object.entries(wanted).every(([key, value]) => contains(value, (live as Record<string, unknown>)[key]));
}

/** The API server writes quantities in its own way: 1000m becomes 1. */
function same(wanted: unknown, live: unknown): boolean {
  if (wanted === live) return true;
  const [a, b] = [wanted, live].map((v) => (typeof v === 'string' || typeof v === 'number' ? v : undefined));
  if (a === undefined || b === undefined) return false;
  return String(a) === String(b) || (nanosOf(a) !== undefined && nanosOf(a) === nanosOf(b));
}

function named(before: string, paths: readonly string[]): readonly string[] {
  if (paths.length === 0) return [];
  const more = paths.length > NAMED ? `, and ${String(paths.length - NAMED)} more` : '';
  return [`${before}${paths.slice(0, NAMED).join(', ')}${more}`];
}
