/**
 * The one place that loads Kubernetes' own client, for kubeconfig files and credentials (tokens that are read again, exec
 * plug-ins, the CA inside a cluster). It is large and slow to load; everything else takes the small Credentials instead.
 */
import type { KubeConfig } from '@kubernetes/client-node';
import type { KubeDraft } from './kube-types';
import type { Credentials } from './transport';

/** KUBECONFIG, else ~/.kube/config, else the service account of the Pod; `context` picks one of the file. Errors: no cluster known. */
export async function loadKubeConfig(context?: string): Promise<KubeConfig> {
  const client = await import('@kubernetes/client-node');
  const config = new client.KubeConfig();
  config.loadFromDefault();
  if (context !== undefined) config.setCurrentContext(context);
  return config;
}

/** What the transport needs of a kubeconfig. */
export function credentialsOf(config: KubeConfig): Credentials {
  return {
    server: () => {
      const cluster = config.getCurrentCluster();
      if (cluster === null) {
        const context = config.getCurrentContext();
        throw new Error(`cannot find the cluster of context "${context}" in the kubeconfig: choose another context or add the cluster`);
      }
      return cluster.server;
    },
    applyToHTTPSOptions: (options) => config.applyToHTTPSOptions(options),
  };
}

/** A manifest file as an object. Errors: not YAML. */
export async function parseManifest(text: string): Promise<KubeDraft> {
  const client = await import('@kubernetes/client-node');
  return client.loadYaml<KubeDraft>(text);
}
