import type { k8s } from 'cdk8s-plus-27';
import type { NodeRole } from '../kafka/node-role';

/**
 * A KafkaCluster after defaults, group merge and checks: nothing that matters is optional, so building manifests from
 * it cannot fail. Everything is plain data; raw Kubernetes fragments that users wrote (affinity, containers, volumes …)
 * are carried as they are, never through typed classes that would drop newer fields.
 */
export interface ResolvedCluster {
  readonly name: string;
  readonly namespace: string;
  /** Empty when the spec was never applied (library use, offline plans). */
  readonly uid: string;
  readonly generation: number;
  /** Labels of the KafkaCluster that go to its children (`propagateLabels`); empty when off. */
  readonly propagatedLabels: Readonly<Record<string, string>>;
  /** For example `cluster.local`. */
  readonly domain: string;
  /** `headlessServiceEnabled`: one headless service, or one ClusterIP service per node. */
  readonly headless: boolean;
  readonly oneBrokerPerNode: boolean;
  /** `Retain` keeps claims when the cluster is deleted (decision 6). */
  readonly volumeReclaim: 'Retain' | 'Delete';
  /** The Kafka version of the cluster as far as it is known (decision 16), for example `4.3.1`. */
  readonly kafkaVersion: string | undefined;
  /** `static` only when the cluster's readOnlyConfig carries `controller.quorum.voters`. */
  readonly quorumMode: 'dynamic' | 'static';
  readonly listeners: ResolvedListeners;
  readonly security: ResolvedSecurity;
  /** Cluster `readOnlyConfig`, parsed. */
  readonly readOnlyConfig: Readonly<Record<string, string>>;
  /** `clusterWideConfig`, parsed. */
  readonly clusterWideConfig: Readonly<Record<string, string>>;
  /** Every node, by id; nodes that left the spec but are not gone yet are among them with `departing`. */
  readonly nodes: readonly ResolvedNode[];
  /** Node labels that make `broker.rack`, in spec order; empty when rack awareness is off. */
  readonly rackLabels: readonly string[];
  readonly disruptionBudget: { readonly create: boolean; readonly budget: string };
  readonly rollingUpgrade: {
    readonly failureThreshold: number;
    readonly concurrentBrokerRestartCountPerRack: number;
    /** How long a restarted node must serve before the next one is stopped; 0: no longer than it takes. */
    readonly soakSeconds: number;
  };
  readonly changePolicy: ResolvedChangePolicy;
  /** Metadata version to finalise, for example `4.3-IV0`; undefined: it stays where it is. */
  readonly metadataVersion: string | undefined;
  /** Nodes whose Pods carry these labels are restarted; undefined: none. */
  readonly taintedBrokersSelector: ResolvedLabelSelector | undefined;
  /** The spec as it was written. */
  readonly written: RawObject;
  /** What is accepted and worth a word. */
  readonly hints: readonly Hint[];
  readonly additionalPorts: readonly RawObject[];
  readonly monitoring: {
    readonly jmxImage: string;
    readonly pathToJar: string;
    /** Rule file for brokers and controllers; undefined means the operator's own. */
    readonly kafkaJmxExporterConfig: string | undefined;
  };
  /** Cruise Control's metrics reporter runs in the brokers (decision 15). */
  readonly metricsReporter: boolean;
  /** Undefined: the cluster has none, and nothing is moved between brokers. */
  readonly cruiseControl: ResolvedCruiseControl | undefined;
  /** Who leads clients from outside to the listeners of access method LoadBalancer. */
  readonly ingressController: IngressController;
  /** Label `istio.io/rev` of what the mesh injects; undefined: the default revision, or no mesh. */
  readonly istioRevision: string | undefined;
  /** What an earlier `ingressController`, listener or ingress configuration left behind is removed. */
  readonly removeUnusedIngress: boolean;
  readonly networkPolicies: boolean;
  /** Paths of fields that were accepted and do not act yet, sorted: the condition `FieldsNotActedUpon`. */
  readonly fieldsNotActedUpon: readonly string[];
}

export type IngressController = 'envoy' | 'istioingress' | 'contour' | 'gateway';

/** Cruise Control: deployed by the operator, or one that is there already. */
export interface ResolvedCruiseControl {
  /** One that is there already: where, and how to speak to it; undefined: the operator deploys one. */
  readonly external: ExternalCruiseControl | undefined;
  /** `config`, parsed, with `self.healing.enabled` as `selfHealing` has it. */
  readonly config: Readonly<Record<string, string>>;
  readonly capacityConfig: string | undefined;
  readonly clusterConfig: string | undefined;
  readonly log4jConfig: string | undefined;
  /** The topic of the metrics reporter; undefined: the reporter makes it itself (`cruise.control.metrics.topic.auto.create=true`). */
  readonly topic: { readonly name: string; readonly partitions: number; readonly replicationFactor: number } | undefined;
  /** How long finished operations are kept; undefined: for ever. */
  readonly operationTtlSeconds: number | undefined;
  /** Its anomaly detector repairs, be it only some kinds of anomalies. */
  readonly selfHealing: boolean;
  /** Five cron fields; undefined: never by itself. */
  readonly rebalanceSchedule: string | undefined;
  readonly pod: CruiseControlPod;
}

export interface ExternalCruiseControl {
  /** For example `http://cruise-control.kafka:8090`: scheme, host and port, no path. */
  readonly origin: string;
  readonly insecureSkipVerify: boolean;
  /** Names of Secrets in the cluster's namespace. */
  readonly caSecret: string | undefined;
  readonly basicSecret: string | undefined;
  readonly tokenSecret: string | undefined;
}

export interface CruiseControlPod {
  readonly image: string;
  readonly resources: RawObject;
  readonly serviceAccountName: string;
  readonly imagePullSecrets: readonly RawObject[];
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly tolerations: readonly RawObject[];
  readonly affinity: RawObject | undefined;
  readonly annotations: Readonly<Record<string, string>>;
  readonly initContainers: readonly RawObject[];
  readonly volumes: readonly RawObject[];
  readonly volumeMounts: readonly RawObject[];
  readonly podSecurityContext: RawObject | undefined;
  readonly securityContext: RawObject | undefined;
  readonly priorityClassName: string | undefined;
  /** Rule file of the exporter; undefined: the operator's own. */
  readonly jmxExporterConfig: string | undefined;
}

export interface ResolvedChangePolicy {
  readonly approval: 'Automatic' | 'Required';
  readonly onFailure: 'Hold' | 'Rollback';
  readonly unprotected: 'Restart' | 'Hold';
  /** Disruptive changes happen only while one is open; empty: at any time. */
  readonly windows: readonly ResolvedWindow[];
  /** Hash of the plan that may be carried out. */
  readonly approvedPlan: string | undefined;
}

export interface ResolvedWindow {
  /** When it opens: five cron fields. */
  readonly schedule: string;
  /** IANA name. */
  readonly timeZone: string;
  readonly durationMs: number;
}

/** metav1.LabelSelector. */
export interface ResolvedLabelSelector {
  readonly matchLabels: Readonly<Record<string, string>>;
  readonly matchExpressions: readonly { readonly key: string; readonly operator: string; readonly values: readonly string[] }[];
}

export interface Hint {
  readonly path: string;
  readonly message: string;
}

/** A JSON object exactly as a user wrote it. */
export type RawObject = Readonly<Record<string, unknown>>;

export interface ResolvedNode {
  readonly id: number;
  /** In spec order, never empty. */
  readonly roles: readonly NodeRole[];
  /** It left the spec and is kept as last recorded until it may be removed. */
  readonly departing: boolean;
  /** The node's entry in `spec.brokers` with its group merged in; with it the node can be rebuilt after it, or its group, left the spec. */
  readonly entry: RawObject;
  readonly image: string;
  readonly metricsReporterImage: string;
  /** The broker's own `readOnlyConfig`, parsed; overrides the cluster's per key. */
  readonly readOnlyConfig: Readonly<Record<string, string>>;
  /** `brokerConfig.config`, parsed: per-broker dynamic configuration. */
  readonly dynamicConfig: Readonly<Record<string, string>>;
  /** In spec order; the first is where the metadata log lives (decision 4). */
  readonly storage: readonly ResolvedStorage[];
  readonly serviceAccountName: string;
  readonly resources: k8s.ResourceRequirements | RawObject;
  /** `brokerIngressMapping`: names of the ingress configurations it belongs to; empty: the default one. */
  readonly ingress: readonly string[];
  /** Ingress configurations that clients may still know it by; never out of a spec, only laid over it. */
  readonly formerIngress?: readonly string[];
  /** How it is reached through listeners of access method NodePort. */
  readonly nodePort: {
    /** `nodePortExternalIP`: address by listener. */
    readonly externalIPs: Readonly<Record<string, string>>;
    /** Which address of its Kubernetes node is advertised; undefined: InternalIP. */
    readonly addressType: NodeAddressType | undefined;
  };
  /** What Cruise Control is told of its network, in kilobytes a second. */
  readonly network: { readonly incoming: number; readonly outgoing: number };
  readonly imagePullSecrets: readonly RawObject[];
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly tolerations: readonly RawObject[];
  /** The user's affinity; undefined means the generated anti-affinity. */
  readonly affinity: RawObject | undefined;
  readonly annotations: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly podSecurityContext: RawObject | undefined;
  readonly securityContext: RawObject | undefined;
  readonly initContainers: readonly RawObject[];
  readonly containers: readonly RawObject[];
  readonly volumes: readonly RawObject[];
  readonly volumeMounts: readonly RawObject[];
  /** cluster, then group, then broker; the `+NAME` and `NAME+` entries are still in it and are applied to the generated ones. */
  readonly envs: readonly RawObject[];
  readonly heapOpts: string;
  readonly jvmPerfOpts: string;
  readonly log4jConfig: string | undefined;
  readonly terminationGracePeriodSeconds: number;
  readonly priorityClassName: string | undefined;
}

/** v1.NodeAddressType. */
export type NodeAddressType = 'Hostname' | 'ExternalIP' | 'InternalIP' | 'InternalDNS' | 'ExternalDNS';

export interface ResolvedStorage {
  readonly mountPath: string;
  /** It left the spec and stays until it is empty; never out of a spec, only laid over it (operator/decide/leaving-volume.ts). */
  readonly leaving?: true;
  readonly source:
    | { readonly kind: 'claim'; readonly spec: RawObject; /** Bytes, from `resources.requests.storage`. */ readonly bytes: number }
    | { readonly kind: 'emptyDir'; readonly spec: RawObject };
}

export interface ResolvedListeners {
  /** Internal listeners in spec order. */
  readonly internal: readonly ResolvedListener[];
  /** The listener that brokers use among themselves. */
  readonly interBroker: ResolvedListener;
  /** The listener of the KRaft quorum. */
  readonly controller: ResolvedListener;
  /** The listener that the operator and Cruise Control connect to. */
  readonly admin: ResolvedListener;
  /** Listeners for clients outside Kubernetes, in spec order. */
  readonly external: readonly ResolvedExternalListener[];
  readonly serviceAnnotations: Readonly<Record<string, string>>;
}

export interface ResolvedExternalListener extends ResolvedListener {
  readonly accessMethod: 'LoadBalancer' | 'NodePort' | 'ClusterIP';
  /** Broker N is reached at this port plus N. 0 with NodePort: Kubernetes picks. −1: one port for all, told apart by host name (TLS). */
  readonly startingPort: number;
  /** Port at which any broker answers; with `startingPort` −1 the port of all. */
  readonly anyCastPort: number;
  /** Port of the proxy behind `anyCastPort`. */
  readonly targetPort: number;
  /** Secret with tls.crt and tls.key with which the proxy ends TLS; undefined: it passes everything through. */
  readonly tlsSecretName: string | undefined;
  /** The ways in, by name; exactly one is the default. One without a name unless the listener has `config`. */
  readonly ways: readonly ResolvedIngress[];
}

/** One way in: a proxy or gateway with a load balancer of its own (`config.ingressConfig`), or the Services of access methods without one. */
export interface ResolvedIngress {
  /** Empty when the listener has no `config`. */
  readonly name: string;
  /** Brokers without `brokerIngressMapping` belong to it. */
  readonly isDefault: boolean;
  readonly hostnameOverride: string | undefined;
  readonly serviceAnnotations: Readonly<Record<string, string>>;
  readonly externalTrafficPolicy: 'Local' | 'Cluster' | undefined;
  readonly serviceType: 'LoadBalancer' | 'NodePort' | 'ClusterIP';
  /** Host name of a broker where all share one port; `%id` is its id. */
  readonly brokerHostnameTemplate: string | undefined;
  readonly envoy: ResolvedEnvoy;
  readonly istio: ResolvedIstioIngress;
  readonly contour: { readonly tlsSecretName: string | undefined };
}

/** `envoyConfig` of the ingress configuration laid over that of the cluster, with defaults. */
export interface ResolvedEnvoy {
  readonly image: string;
  readonly replicas: number;
  readonly resources: RawObject;
  readonly serviceAccountName: string;
  readonly imagePullSecrets: readonly RawObject[];
  readonly affinity: RawObject | undefined;
  readonly topologySpreadConstraints: readonly RawObject[];
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly tolerations: readonly RawObject[];
  readonly annotations: Readonly<Record<string, string>>;
  readonly loadBalancerSourceRanges: readonly string[];
  readonly loadBalancerIP: string | undefined;
  readonly healthCheckPort: number;
  readonly healthCheckHttp10: boolean;
  /** Undefined: none is made. */
  readonly disruptionBudget: { readonly strategy: 'minAvailable' | 'maxUnavailable'; readonly budget: string } | undefined;
  /** Worker threads; undefined: as many as cores. */
  readonly concurrency: number | undefined;
  readonly priorityClassName: string | undefined;
  readonly podSecurityContext: RawObject | undefined;
}

/** `istioIngressConfig` of the ingress configuration laid over that of the cluster, with defaults. */
export interface ResolvedIstioIngress {
  readonly replicas: number;
  readonly resources: RawObject;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly tolerations: readonly RawObject[];
  readonly annotations: Readonly<Record<string, string>>;
  /** TLS options as in Istio's Gateway; undefined: the traffic is passed as TCP. */
  readonly tls: RawObject | undefined;
  readonly virtualServiceAnnotations: Readonly<Record<string, string>>;
  readonly envs: readonly RawObject[];
  readonly loadBalancerSourceRanges: readonly string[];
}

export interface ResolvedListener {
  readonly name: string;
  readonly protocol: 'plaintext' | 'ssl' | 'sasl_plaintext' | 'sasl_ssl';
  readonly containerPort: number;
  /** Whether clients show a certificate; of no meaning without TLS. */
  readonly clientAuth: 'required' | 'requested' | 'none';
  /** `serverSSLCertSecret`: a Secret of the user's own; undefined: the generated certificate. */
  readonly ownSecret: string | undefined;
}

/** Who the cluster trusts, and who makes its certificates. */
export interface ResolvedSecurity {
  /** Undefined: nothing of the cluster needs a certificate that is not the user's own. */
  readonly pki: ResolvedPki | undefined;
  /** `clientSSLCertSecret`: with what the operator and Cruise Control show who they are; undefined: with the generated one. */
  readonly clientSecret: string | undefined;
  /** A listener with SASL offers SCRAM: the operator, the brokers and Cruise Control have passwords of the operator's making. */
  readonly scram: boolean;
  /** Kafka checks ACLs (StandardAuthorizer, or what the user named). */
  readonly authorizer: boolean;
  /** Namespaces besides its own whose KafkaTopics count; `*`: every one. */
  readonly topicNamespaces: readonly string[] | '*';
  /** The same for KafkaUsers. */
  readonly userNamespaces: readonly string[] | '*';
}

export interface ResolvedPki {
  /** `cert-manager`: its Certificates; `operator`: the operator signs itself. */
  readonly backend: 'operator' | 'cert-manager';
  /** The issuer of cert-manager that signs; undefined: one is made. */
  readonly issuer: { readonly name: string; readonly kind: string; readonly group: string } | undefined;
  /** Secret of the user's own CA (`caCert`, `caKey`); undefined: the CA is made. */
  readonly ownAuthority: string | undefined;
  readonly keyType: KeyType;
  readonly durationMs: number;
  readonly renewBeforeMs: number;
  readonly caDurationMs: number;
  readonly caOverlapMs: number;
}

export type KeyType = 'ECDSA-P256' | 'ECDSA-P384' | 'RSA-2048' | 'RSA-4096';
