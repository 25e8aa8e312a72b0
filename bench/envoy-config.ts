/** The files of the Envoys in front of 300 brokers: how long they take to generate, and how much of a ConfigMap they fill. */
import { stringify } from 'yaml';
import type { ResolvedCluster } from '../lib/api/resolved-cluster';
import { envoyManifests } from '../lib/constructs/envoy';
import { envoyConfigMaps } from '../lib/constructs/envoy-config';
import type { Manifest } from '../lib/constructs/manifest';
import { clusterFrom } from '../test/world/cluster-file';
import { kafkaCluster } from './cluster-specs';
import { parameter, spread, type Figure, type Findings, type Spread } from './result';

const CONTROLLERS = [0, 1, 2];
/** What a ConfigMap may hold, in bytes. */
const MOST = 1_048_576;

const PORT_PER_BROKER = { externalStartingPort: 19090 };
const ONE_PORT = {
  externalStartingPort: -1,
  hostnameOverride: 'kafka.example.com',
  tlsSecretName: 'certificate',
};

export function envoyConfig(): Promise<Findings> {
  const count = parameter('BROKERS', 300);
  const runs = parameter('RUNS', 50);
  const brokers = Array.from({ length: count }, (_, at) => 100 + at);
  const named: readonly (readonly [string, object])[] = [
    ['a port for each broker', PORT_PER_BROKER],
    ['one port with TLS', ONE_PORT],
  ];
  const figures = named.flatMap(([name, listener]): readonly Figure[] => {
    const cluster = exposed(brokers, listener);
    // Another broker is about to stop each time: nothing of an earlier run can be used again.
    const files = times(runs, (nth) => envoyConfigMaps(cluster, new Set([100 + (nth % count)])));
    return [
      { what: `${name}: the files are generated`, value: files, unit: 'ms', wanted: 50 },
      { what: `${name}: their ConfigMap`, value: bytes(envoyConfigMaps(cluster, new Set())), unit: 'bytes', wanted: MOST },
      { what: `${name}: Deployment and Service`, value: times(runs, () => envoyManifests(cluster)), unit: 'ms' },
    ];
  });
  return Promise.resolve({
    title: `the configuration of Envoy for ${count} brokers`,
    standIns: [],
    parameters: { BROKERS: count, RUNS: runs },
    figures,
  });
}

function exposed(brokers: readonly number[], listener: object): ResolvedCluster {
  const draft = kafkaCluster({ name: 'large', controllers: CONTROLLERS, brokers });
  const spec = draft.spec as { readonly listenersConfig: object };
  const externalListeners = [{ name: 'external', type: 'plaintext', containerPort: 9094, ...listener }];
  return clusterFrom(
    stringify({
      ...draft,
      metadata: { name: 'large', namespace: 'kafka' },
      spec: {
        ...spec,
        envoyConfig: { brokerHostnameTemplate: 'kafka-%id.example.com' },
        listenersConfig: { ...spec.listenersConfig, externalListeners },
      },
    }),
  );
}

function times(runs: number, run: (nth: number) => unknown): Spread {
  const all = Array.from({ length: runs }, (_, nth) => {
    const before = performance.now();
    run(nth);
    return performance.now() - before;
  });
  return spread(all);
}

const bytes = (manifests: readonly Manifest[]): number =>
  manifests
    .flatMap((manifest) => Object.values(manifest['data'] as Readonly<Record<string, string>>))
    .reduce((sum, text) => sum + Buffer.byteLength(text), 0);
