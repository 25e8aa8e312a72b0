/**
 * The specification in objects: one directory for each behaviour, its name the sentence. UPDATE_GOLDEN=1 writes them anew;
 * what changed is then for a reviewer to read.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Manifest } from '../../lib/constructs/manifest';
import { credentialsName, CRUISE_CONTROL_APP, INGRESS_APPS, KAFKA_APP, keystoresName, LABEL, MANAGED_BY } from '../../lib/constructs/naming';
import { allManifests, goldenCases, goldenText, resolved } from './golden';

const UPDATE = process.env['UPDATE_GOLDEN'] === '1';

const cases = goldenCases().map((one) => [one.name, one] as const);

test.each(cases)('%s', (_name, one) => {
  const text = goldenText(allManifests(resolved(one), one.facts));
  if (UPDATE) {
    mkdirSync(dirname(one.manifests), { recursive: true });
    writeFileSync(one.manifests, text);
  }
  expect(existsSync(one.manifests)).toBe(true);
  expect(text).toBe(readFileSync(one.manifests, 'utf8'));
});

describe.each(cases)('in %s', (_name, one) => {
  const cluster = resolved(one);
  const manifests = allManifests(cluster, one.facts);
  const ofKind = (kind: string): readonly Manifest[] => manifests.filter((manifest) => manifest.kind === kind);
  const spec = (pod: Manifest) => pod['spec'] as Record<string, { name: string; mountPath: string }[]>;

  test('the same input gives the same bytes', () => {
    expect(JSON.stringify(allManifests(resolved(one), one.facts))).toBe(JSON.stringify(manifests));
  });

  test('no two objects have the same name', () => {
    const names = manifests.map((manifest) => `${manifest.kind}/${manifest.metadata.name}`);
    expect(new Set(names).size).toBe(names.length);
  });

  test('everything says whose it is and who made it, and only claims outlive the cluster', () => {
    for (const { kind, metadata } of manifests) {
      expect(metadata.namespace).toBe(cluster.namespace);
      expect(metadata.labels).toMatchObject({ [LABEL.cluster]: cluster.name, [LABEL.managedBy]: MANAGED_BY });
      expect([KAFKA_APP, CRUISE_CONTROL_APP, ...INGRESS_APPS]).toContain(metadata.labels?.[LABEL.app]);
      const owners = (metadata.ownerReferences ?? []).map((owner) => owner.uid);
      expect(owners).toEqual(kind === 'PersistentVolumeClaim' || cluster.uid === '' ? [] : [cluster.uid]);
    }
  });

  test('every Pod finds each claim, ConfigMap and Secret that it mounts', () => {
    const have = new Set(manifests.map((manifest) => `${manifest.kind}/${manifest.metadata.name}`));
    // Written while the cluster lives, as soon as there is what they hold.
    const secrets = [keystoresName(cluster.name), credentialsName(cluster.name)].map((name) => `Secret/${name}`);
    const waitsFor = new Set([...cluster.nodes.map((node) => `ConfigMap/${cluster.name}-placement-${node.id}`), ...secrets]);
    for (const pod of ofKind('Pod')) {
      const volumes = spec(pod)['volumes'] as unknown as Record<string, Record<string, string> | undefined>[];
      const named = volumes.flatMap((volume) => [
        ...(volume['persistentVolumeClaim'] ? [`PersistentVolumeClaim/${volume['persistentVolumeClaim']['claimName']}`] : []),
        ...(volume['configMap'] ? [`ConfigMap/${volume['configMap']['name']}`] : []),
        ...(volume['secret'] ? [`Secret/${volume['secret']['secretName']}`] : []),
      ]);
      expect(named.filter((name) => !have.has(name) && !waitsFor.has(name))).toEqual([]);
    }
  });

  test('lists are in order: Kafka first, init containers, volumes and mounts by name', () => {
    for (const pod of ofKind('Pod')) {
      const { containers, initContainers, volumes } = spec(pod);
      const names = (items: readonly { name: string }[] = []) => items.map((item) => item.name);
      expect(names(containers)[0]).toBe('kafka');
      const mounts = names((containers![0] as unknown as { volumeMounts: { name: string }[] }).volumeMounts);
      for (const list of [names(initContainers), names(volumes), mounts]) expect(list).toEqual([...list].sort());
      expect(new Set(names(volumes)).size).toBe(volumes!.length);
    }
  });
});
