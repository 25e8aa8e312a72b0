/** A real client on a fake API server. */
import type { KubeClientOptions, RequestSample } from '../../operator/runtime/kube-client';
import { KubeClient } from '../../operator/runtime/kube-client';
import type { Kind } from '../../operator/runtime/kube-types';
import { AxiosTransport } from '../../operator/runtime/transport';
import type { Credentials } from '../../operator/runtime/transport';
import type { FakeApiServer } from './fake-api-server';

export interface Connected {
  readonly client: KubeClient;
  readonly transport: AxiosTransport;
  readonly samples: RequestSample[];
}

export function connect(
  server: FakeApiServer,
  options: Partial<KubeClientOptions> & { readonly credentials?: Credentials } = {},
): Connected {
  const samples: RequestSample[] = [];
  const transport = new AxiosTransport(options.credentials ?? server.credentials(), { userAgent: 'kafka-operator/1.2.3' });
  const client = new KubeClient({ onRequest: (sample) => samples.push(sample), ...options, transport });
  return { client, transport, samples };
}

const kindOf = (apiVersion: string, kind: string, plural: string, namespaced = true): Kind => ({ apiVersion, kind, plural, namespaced });

export const pods = kindOf('v1', 'Pod', 'pods');
export const configMaps = kindOf('v1', 'ConfigMap', 'configmaps');
export const nodes = kindOf('v1', 'Node', 'nodes', false);
export const clusters = kindOf('kafka.banzaicloud.io/v1beta1', 'KafkaCluster', 'kafkaclusters');
