/** The composition: a resolved cluster and the facts in, every object of it out. */
import { App, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import type { ResolvedCluster, ResolvedNode } from '../api/resolved-cluster';
import { BrokerConfig, nodeConfig } from './broker-config';
import { BrokerPod, podManifest } from './broker-pod';
import { BrokerVolume, nodeClaims } from './broker-volume';
import { askedLeafs, CertificateObject, certManagerManifests, type AskedLeaf } from './cert-manager';
import { CruiseControlObject, cruiseControlManifests } from './cruise-control';
import { DisruptionBudget, disruptionBudgets } from './disruption-budget';
import { canonical, ManifestObject } from './draft';
import type { Facts, GrownClaims, SecurityFacts } from './facts';
import { envoyConfigMaps } from './envoy-config';
import { IngressObject, ingressManifests } from './ingress';
import { jmxConfigManifest } from './jmx-config';
import type { Manifest } from './manifest';
import { podMonitorManifest } from './pod-monitor';
import { scriptsManifests } from './scripts';
import { clusterServices, KafkaService, nodeServices } from './services';
import { trustManifests } from './trust';

/** What one node consists of, in the order in which it has to exist. */
export interface NodeManifests {
  readonly id: number;
  readonly claims: readonly Manifest[];
  /** The ConfigMap and, when there are secrets, the Secret. */
  readonly config: readonly Manifest[];
  readonly services: readonly Manifest[];
  readonly pod: Manifest;
}

/**
 * What the nodes share: Services, the rules of the exporter, the scripts, whom they trust, Cruise Control, who is scraped. Disruption
 * budgets are not among them, since how much they allow changes with the state of the cluster (`disruptionBudgets`).
 */
export function sharedManifests(cluster: ResolvedCluster, security?: SecurityFacts, grown?: GrownClaims): readonly Manifest[] {
  const scope = chart();
  const services = clusterServices(cluster).map((content) => new KafkaService(scope, content));
  const rules = new ManifestObject(scope, 'jmx-config', jmxConfigManifest(cluster));
  const scripts = scriptsManifests(cluster).map((content, at) => new ManifestObject(scope, scriptsId(at), content));
  const trust = trustManifests(cluster, security).map((content) => new ManifestObject(scope, 'trust', content));
  const cruiseControl = cruiseControlManifests(cluster, security, grown).map((content) => new CruiseControlObject(scope, content));
  const ingress = ingressManifests(cluster).map((content) => new IngressObject(scope, content));
  const monitor = new ManifestObject(scope, 'pod-monitor', podMonitorManifest(cluster));
  return rendered([...services, rules, ...scripts, ...trust, ...cruiseControl, ...ingress, monitor]);
}

/** What cert-manager is asked for: apart from the other shared manifests, because the names in certificates follow the ways in. */
export const certificateManifests = (cluster: ResolvedCluster, leafs: readonly AskedLeaf[]): readonly Manifest[] =>
  rendered(certManagerManifests(cluster, leafs).map((content) => new CertificateObject(chart(), content)));

/** What one node consists of; nothing in it depends on the settings of another broker. */
export function nodeManifests(cluster: ResolvedCluster, node: ResolvedNode, facts: Facts): NodeManifests {
  const made = new KafkaNodeResources(chart(), `node-${node.id}`, { cluster, node, facts });
  return {
    id: node.id,
    claims: rendered(made.claims),
    config: rendered(made.config),
    services: rendered(made.services),
    pod: rendered([made.pod])[0] as Manifest,
  };
}

const scriptsId = (at: number): string => (at === 0 ? 'scripts' : `scripts-${at}`);

/** One App for each call: it is dropped afterwards, and a large cluster never becomes one large tree. */
const chart = (): Chart => new Chart(new App(), 'kafka', { disableResourceNameHashes: true });

const rendered = (objects: readonly ManifestObject[]): readonly Manifest[] =>
  objects.map((object) => {
    const made = object.toJson() as Manifest;
    // Inside, keys are in our order already; those of the object and its metadata are in cdk8s', which the environment can change.
    const keys = Object.keys(made).sort();
    return Object.fromEntries(keys.map((key) => [key, key === 'metadata' ? canonical(made.metadata) : made[key]])) as unknown as Manifest;
  });

export interface KafkaNodeProps {
  readonly cluster: ResolvedCluster;
  readonly node: ResolvedNode;
  readonly facts: Facts;
}

/** All objects of one node. */
export class KafkaNodeResources extends Construct {
  public readonly claims: readonly BrokerVolume[];
  public readonly config: readonly BrokerConfig[];
  public readonly services: readonly KafkaService[];
  public readonly pod: BrokerPod;

  public constructor(scope: Construct, id: string, { cluster, node, facts }: KafkaNodeProps) {
    super(scope, id);
    const config = nodeConfig(cluster, node, facts);
    this.claims = nodeClaims(cluster, node, facts).map((content) => new BrokerVolume(this, content));
    this.config = config.manifests.map((content) => new BrokerConfig(this, content));
    this.services = nodeServices(cluster, node).map((content) => new KafkaService(this, content));
    this.pod = new BrokerPod(this, podManifest(cluster, node, facts, config));
  }
}

export interface KafkaClusterResourcesProps {
  readonly cluster: ResolvedCluster;
  readonly facts: Facts;
}

/**
 * All objects of a cluster, for a chart of somebody who runs Kafka without the operator. None of kinds that may not be installed and that
 * Kafka runs without: no PodMonitor.
 */
export class KafkaClusterResources extends Construct {
  public readonly nodes: readonly KafkaNodeResources[];

  public constructor(scope: Construct, id: string, { cluster, facts }: KafkaClusterResourcesProps) {
    super(scope, id);
    clusterServices(cluster).forEach((content) => new KafkaService(this, content));
    disruptionBudgets(cluster, 1).forEach((content) => new DisruptionBudget(this, content));
    new ManifestObject(this, 'jmx-config', jmxConfigManifest(cluster));
    scriptsManifests(cluster).forEach((content, at) => new ManifestObject(this, scriptsId(at), content));
    trustManifests(cluster, facts.security).forEach((content) => new ManifestObject(this, 'trust', content));
    cruiseControlManifests(cluster, facts.security, facts.grown).forEach((content) => new CruiseControlObject(this, content));
    ingressManifests(cluster).forEach((content) => new IngressObject(this, content));
    envoyConfigMaps(cluster, new Set()).forEach((content) => new IngressObject(this, content));
    certManagerManifests(cluster, askedLeafs(cluster, facts.external)).forEach((content) => new CertificateObject(this, content));
    this.nodes = cluster.nodes.map((node) => new KafkaNodeResources(this, `node-${node.id}`, { cluster, node, facts }));
  }
}
