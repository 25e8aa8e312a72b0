import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

/** The lists that the API server merges by keys: two entries with the same keys make it refuse the whole object. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  containers: ['name'],
  initContainers: ['name'],
  volumes: ['name'],
  env: ['name'],
  volumeMounts: ['mountPath'],
  imagePullSecrets: ['name'],
  topologySpreadConstraints: ['topologyKey', 'whenUnsatisfiable'],
};
const PORT_KEYS = { Pod: ['containerPort', 'protocol'], Service: ['port', 'protocol'] } as const;

const golden = join(__dirname, '../../golden');
const cases = readdirSync(golden, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

function repeated(value: unknown, kind: string, path = ''): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([field, inner]: [string, unknown]) => {
    const here = `${path}.${field}`;
    const keys = field === 'ports' ? PORT_KEYS[kind as keyof typeof PORT_KEYS] : KEYS[field];
    const entries = keys === undefined || !Array.isArray(inner) ? [] : (inner as Record<string, unknown>[]);
    const names = entries.map((entry) => JSON.stringify(keys?.map((key) => entry[key])));
    return [...names.filter((name, at) => names.indexOf(name) !== at).map((name) => `${here} ${name}`), ...repeated(inner, kind, here)];
  });
}

describe('what is applied', () => {
  test.each(cases)('has no list with two entries of one key: %s', (name) => {
    const documents = parseAllDocuments(readFileSync(join(golden, name, 'manifests.yaml'), 'utf8')).map(
      (d) => d.toJS() as { kind: string },
    );
    expect(documents.length).toBeGreaterThan(0);
    expect(documents.flatMap((document) => repeated(document, document.kind, document.kind))).toEqual([]);
  });
});
