/**
 * The Services of a cluster. A quorum that forms consists of nodes that are not ready: whatever name a node is found by
 * must resolve before the node is ready, or no node ever will be. So all names of single nodes publish addresses that are
 * not ready. What leads to any broker selects brokers only: a controller refuses clients.
 */
import type { Service, ServiceSpec } from 'kubernetes-types/core/v1';
import type { Construct } from 'constructs';
import type { ResolvedCluster, ResolvedListener, ResolvedNode } from '../api/resolved-cluster';
import { brokerListeners, listenersOf } from '../kafka/listeners';
import type { NodeRole } from '../kafka/node-role';
import { hasRole } from '../kafka/quorum';
import { childMetadata, manifest, ManifestObject, type Draft } from './draft';
import type { Manifest } from './manifest';
import { allBrokerName, controllerHeadlessName, headlessName, LABEL, nodeServiceName } from './naming';
import { nodeLabels, roleLabel } from './node-labels';
import { servicePorts } from './ports';

/** Services of the cluster as a whole, by the scheme that it uses. */
export function clusterServices(cluster: ResolvedCluster): readonly Manifest[] {
  const { headless, nodes } = cluster;
  const brokers = nodes.some((node) => hasRole(node, 'broker'));
  const controllers = nodes.some((node) => hasRole(node, 'controller'));
  if (!headless) return brokers ? [allBrokerService(cluster)] : [];
  return [...(brokers ? [headlessService(cluster)] : []), ...(controllers ? [controllerHeadlessService(cluster)] : [])];
}

/** The Service of one node, in the ClusterIP scheme; none in the headless one. */
export function nodeServices(cluster: ResolvedCluster, node: ResolvedNode): readonly Manifest[] {
  if (cluster.headless) return [];
  const name = nodeServiceName(cluster.name, node.id);
  return [
    service(cluster, {
      name,
      labels: nodeLabels(node),
      selector: nodeLabels(node),
      listeners: [...listenersOf(cluster.listeners, node), ...(hasRole(node, 'broker') ? cluster.listeners.external : [])],
      metrics: true,
      spec: { publishNotReadyAddresses: true },
    }),
  ];
}

/** The names of combined nodes stand here as well, so the controllers' port is open when there are any. */
function headlessService(cluster: ResolvedCluster): Manifest {
  const combined = cluster.nodes.some((node) => hasRole(node, 'broker') && hasRole(node, 'controller'));
  return service(cluster, {
    name: headlessName(cluster.name),
    selector: ofRole('broker'),
    listeners: [...brokerListeners(cluster.listeners), ...(combined ? [cluster.listeners.controller] : []), ...cluster.listeners.external],
    metrics: true,
    spec: HEADLESS,
  });
}

function controllerHeadlessService(cluster: ResolvedCluster): Manifest {
  return service(cluster, {
    name: controllerHeadlessName(cluster.name),
    selector: ofRole('controller'),
    listeners: [cluster.listeners.controller],
    metrics: true,
    spec: HEADLESS,
  });
}

function allBrokerService(cluster: ResolvedCluster): Manifest {
  return service(cluster, {
    name: allBrokerName(cluster.name),
    selector: ofRole('broker'),
    listeners: [...brokerListeners(cluster.listeners), ...cluster.listeners.external],
    metrics: false,
    spec: {},
  });
}

const HEADLESS: Draft<ServiceSpec> = { clusterIP: 'None', publishNotReadyAddresses: true };

const ofRole = (role: NodeRole): Readonly<Record<string, string>> => ({ [roleLabel(role)]: 'true' });

interface ServiceOptions {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Beyond the labels of the cluster. */
  readonly selector: Readonly<Record<string, string>>;
  readonly listeners: readonly ResolvedListener[];
  readonly metrics: boolean;
  readonly spec: Draft<ServiceSpec>;
}

function service(cluster: ResolvedCluster, options: ServiceOptions): Manifest {
  const annotations = cluster.listeners.serviceAnnotations;
  return manifest<Service>({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: childMetadata(cluster, { name: options.name, annotations, ...(options.labels ? { labels: options.labels } : {}) }),
    spec: {
      type: 'ClusterIP',
      selector: { [LABEL.app]: 'kafka', [LABEL.cluster]: cluster.name, ...options.selector },
      ports: servicePorts(cluster, options.listeners, { metrics: options.metrics }),
      ...options.spec,
    },
  });
}

/** A Service as a construct. */
export class KafkaService extends ManifestObject {
  public constructor(scope: Construct, content: Manifest) {
    super(scope, `service-${content.metadata.name}`, content);
  }
}
