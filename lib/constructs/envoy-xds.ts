/** How Envoy's configuration is written: JSON, which its reader of YAML takes as it is. */
import type { RawObject } from '../api/resolved-cluster';

/** Where the ConfigMap is mounted, as a directory: the kubelet exchanges all files at once by moving the link `..data`. */
export const CONFIG_DIRECTORY = '/etc/envoy';
export const FILES = { bootstrap: 'envoy.yaml', listeners: 'lds.yaml', clusters: 'cds.yaml', certificate: 'sds.yaml' } as const;

/** A message whose type stands beside it. */
export const typed = (type: string, message: RawObject): RawObject => ({ '@type': `type.googleapis.com/${type}`, ...message });

/** An extension by name. */
export const extension = (name: string, type: string, message: RawObject = {}): RawObject => ({ name, typed_config: typed(type, message) });

/** A file of the mounted directory that is read anew whenever the directory is exchanged. */
export const watchedFile = (file: string): RawObject => ({
  resource_api_version: 'V3',
  path_config_source: { path: `${CONFIG_DIRECTORY}/${file}`, watched_directory: { path: CONFIG_DIRECTORY } },
});

/** A file of resources, one a line. */
export const resourceFile = (resources: readonly RawObject[]): string =>
  `{"resources":[\n${resources.map((resource) => JSON.stringify(resource)).join(',\n')}\n]}\n`;
