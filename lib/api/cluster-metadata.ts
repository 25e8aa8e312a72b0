/** Name, labels and the like of a KafkaCluster, read from anything. */
import type { CelRule } from './field';
import { isObject, own } from './json';
import type { Problem } from './problem';
import type { RawObject } from './resolved-cluster';

export interface ClusterMetadata {
  readonly name: string;
  readonly namespace: string;
  /** Empty when the object was never applied. */
  readonly uid: string;
  /** 0 when the object was never applied. */
  readonly generation: number;
  readonly labels: Readonly<Record<string, string>>;
}

/** `<name>-controller-headless` is a Service, and those have at most 63 characters and begin with a letter. */
const MAX_NAME = 43;
const NAME = '^[a-z]([-a-z0-9]*[a-z0-9])?$';
const remedy = `begin with a letter, use only lower-case letters, digits and dashes, at most ${String(MAX_NAME)} characters`;

/** Stands at the root of the CRD's schema. */
export const nameRules: readonly CelRule[] = [
  {
    rule: `self.metadata.name.size() <= ${String(MAX_NAME)} && self.metadata.name.matches('${NAME}')`,
    message: `the name of the cluster becomes part of the names of Services: ${remedy}`,
  },
];

export function checkName(name: string): readonly Problem[] {
  if (name.length <= MAX_NAME && new RegExp(NAME).test(name)) return [];
  const path = 'metadata.name';
  if (name === '') return [{ path, code: 'Required', message: 'cannot make a cluster without a name: write metadata.name' }];
  return [{ path, code: 'Invalid', message: `cannot name a cluster ${name}, because Services are named after it: ${remedy}` }];
}

export function readMetadata(object: RawObject): ClusterMetadata {
  const found = own(object, 'metadata');
  const metadata = isObject(found) ? found : {};
  const generation = own(metadata, 'generation');
  return {
    name: textOf(metadata, 'name'),
    namespace: textOf(metadata, 'namespace') || 'default',
    uid: textOf(metadata, 'uid'),
    generation: typeof generation === 'number' ? generation : 0,
    labels: labelsOf(own(metadata, 'labels')),
  };
}

function textOf(object: RawObject, field: string): string {
  const value = own(object, field);
  return typeof value === 'string' ? value : '';
}

function labelsOf(labels: unknown): Readonly<Record<string, string>> {
  if (!isObject(labels)) return {};
  return Object.fromEntries(Object.entries(labels).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
