/**
 * Names and labels of everything we make. Names are deterministic (decision 1), so a second writer, a restart or a stale
 * view can never make a duplicate; identity is in labels and annotations, so that volumes with other names are recognised.
 */
import { createHash } from 'node:crypto';

export const GROUP = 'kafka.banzaicloud.io';
export const CLUSTER_API_VERSION = `${GROUP}/v1beta1`;
export const OPERATION_API_VERSION = `${GROUP}/v1alpha1`;
export const TOPIC_API_VERSION = `${GROUP}/v1alpha1`;

/** The value of `app.kubernetes.io/managed-by` on everything we make; what lacks it was made by somebody else (decision 3). */
export const MANAGED_BY = 'kafka-operator';

/** Values of the label `app`: Services, budgets and affinities of Kafka select the first, so nothing else may ever carry it. */
export const KAFKA_APP = 'kafka';
export const CRUISE_CONTROL_APP = 'cruisecontrol';
export const ENVOY_APP = 'envoyingress';
export const ISTIO_APP = 'istioingress';
export const CONTOUR_APP = 'contouringress';
export const GATEWAY_APP = 'gatewayingress';
/** Per-broker Services of access methods without a proxy. */
export const NODE_PORT_APP = 'nodeportingress';
export const INGRESS_APPS: readonly string[] = [ENVOY_APP, ISTIO_APP, CONTOUR_APP, GATEWAY_APP, NODE_PORT_APP];

export const LABEL = {
  app: 'app',
  cluster: 'kafka_cr',
  nodeId: 'brokerId',
  managedBy: 'app.kubernetes.io/managed-by',
  isBroker: 'isBrokerNode',
  isController: 'isControllerNode',
  roles: 'processRoles',
  /** On what leads to an external listener: `<listener>`, or `<listener>-<ingress configuration>`. */
  externalListener: 'eListenerName',
  /** On what something selects in every namespace: the one that it is meant for. */
  namespace: `${GROUP}/namespace`,
  /** `true` on Secrets and Certificates of KafkaUsers. */
  userSecret: `${GROUP}/user-secret`,
  /** `true` on the Pod of the operator, in whatever namespace: NetworkPolicies let it in. The chart sets it. */
  operator: `${GROUP}/operator`,
  /** On Pods that try whether a Kubernetes node can pull an image. */
  imageCheck: `${GROUP}/image-check`,
  /** `scheduled` on a CruiseControlOperation that `rebalanceSchedule` made. */
  rebalance: `${GROUP}/rebalance`,
  /** `disks` on a CruiseControlOperation that gives new volumes their share. */
  fills: `${GROUP}/fills`,
} as const;

export const ANNOTATION = {
  /** Mount path of a claim (Koperator's own annotation). */
  mountPath: 'mountPath',
  clusterId: `${GROUP}/cluster-id`,
  nodeId: `${GROUP}/node-id`,
  roles: `${GROUP}/process-roles`,
  /** `dynamic` or `static`; on claims. */
  quorumMode: `${GROUP}/quorum-mode`,
  /** `formed` once a leader was seen; on claims of controllers, so that it outlives the KafkaCluster. */
  quorum: `${GROUP}/quorum`,
  /** `true` on the claim that holds a node's metadata log: it stays the node's first volume for life (decision 4). */
  metadataLog: `${GROUP}/metadata-log`,
  /** `ran` once the node was ready with this volume: an empty volume under it is an accident from then on (decision 5). */
  volumeState: `${GROUP}/volume-state`,
  /** Hash of what we applied; drift is this or a field that differs. */
  appliedHash: `${GROUP}/applied-hash`,
  /** Hash of the spec that a Secret holds. */
  specHash: `${GROUP}/spec-hash`,
  /** On Pods: hash of everything that needs a restart to change. */
  revision: `${GROUP}/revision`,
  /** On a Pod: where its placement was last written for. */
  placedOn: `${GROUP}/placed-on`,
  /** `true`: observe and report, touch nothing. */
  pause: `${GROUP}/pause`,
  /** On Pods: hash of the state of all nodes that was wanted when it was made: a Pod that serves proves that state (the canary). */
  target: `${GROUP}/target`,
  /** On a Pod, or on the KafkaCluster for all: restart, safely. On the KafkaCluster any new value asks anew. */
  restart: `${GROUP}/restart`,
  /** On Pods: the value of `restart` on the KafkaCluster that it was made after. */
  restartedFor: `${GROUP}/restarted-for`,
  /** On a KafkaCluster: the hash of the plan that may be carried out (`changePolicy.approval: Required`). */
  approvedPlan: `${GROUP}/approved-plan`,
  /** On a KafkaCluster: `dynamic` turns a static quorum into a dynamic one (KIP-853); there is no way back. */
  quorumUpgrade: `${GROUP}/quorum-upgrade`,
  /** On a KafkaCluster: ids of nodes whose lost volume may be made anew, comma-joined (decision 5). */
  recreateVolumes: `${GROUP}/recreate-volumes-of`,
  /** In `serviceAnnotations` of an external listener or ingress configuration: the GatewayClass of its Gateway (`ingressController: gateway`). */
  gatewayClass: `${GROUP}/gateway-class`,
  /** On Pods of Envoy: hash of the files that its kubelet was told to fetch, and when (RFC 3339). */
  envoyFiles: `${GROUP}/envoy-files`,
  /** On files of Envoy: ids of brokers to which it sends no new clients by its any-cast port, comma-joined; may be empty. */
  anyCastWithout: `${GROUP}/any-cast-without`,
  /** On files of Envoy: when they were last written (RFC 3339). */
  writtenAt: `${GROUP}/written-at`,
  /** On Pods: `<listener>=<fingerprint>` of the certificates that were last seen served, comma-joined. */
  servedCertificates: `${GROUP}/served-certificates`,
  /** On Pods: fingerprint and end (RFC 3339) of the certificate of the quorum's listener that it was made with. */
  quorumCertificate: `${GROUP}/quorum-certificate`,
  /** On Pods: hash of the key stores that its kubelet was told to fetch, and when (RFC 3339). */
  keystoreFiles: `${GROUP}/keystore-files`,
  /** On the Pods of Cruise Control: fingerprint of the certificate that they started with. */
  clientCertificate: `${GROUP}/client-certificate`,
  /** On the Secret of key stores: `<listener>=<fingerprint>` of what is in it, comma-joined. */
  keystoresOf: `${GROUP}/keystores-of`,
  /** On the Secret of key stores: `<listener>=<subject>` of certificates of the user's own in it, one a line. */
  keystoreSubjects: `${GROUP}/keystore-subjects`,
  /** On a Secret that was issued: hash of what it was asked to be (subject, names, key). */
  profileHash: `${GROUP}/profile-hash`,
  /** On the Secret of the CA: when the new one began to sign (RFC 3339). */
  switchedAt: `${GROUP}/switched-at`,
  /** On the Secret of the CA: fingerprints of the CAs that the Secret of every KafkaUser trusts, in the order of its ca.crt, comma-joined. */
  usersTrust: `${GROUP}/users-trust`,
  /** On the Secret of the CA: fingerprints of the CAs that signed certificates of KafkaUsers in use, comma-joined; may be empty. */
  usersSignedBy: `${GROUP}/users-signed-by`,
  /** On a KafkaCluster: any new value renews every certificate, or replaces the CA; on the Secret, the value that it was done for. */
  renewCertificates: `${GROUP}/renew-certificates`,
  renewAuthority: `${GROUP}/renew-ca`,
  /** On the Secret of credentials: id of the cluster whose Kafka knows them. */
  credentialsKnown: `${GROUP}/credentials-known`,
  /** On the copy of the Secret of credentials: hash of what it is a copy of. */
  copyOf: `${GROUP}/copy-of`,
  /** On a claim that left the spec: uid of the Pod that was stopped when its log directory had just been seen empty. */
  emptiedBefore: `${GROUP}/emptied-before`,
} as const;

/** First `length` hexadecimal digits of the SHA-256 of a text. */
export function shortHash(text: string, length = 8): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length);
}

export const podName = (cluster: string, id: number): string => `${cluster}-${id}`;
export const nodeServiceName = podName;
export const claimName = (cluster: string, id: number, mountPath: string): string => `${cluster}-${id}-${shortHash(mountPath)}`;
export const configName = (cluster: string, id: number, revision: string): string => `${cluster}-config-${id}-${revision}`;
/** The CA: ca.crt (everybody who is trusted), tls.crt, tls.key (who signs); while it is replaced also next.crt, next.key. */
export const authorityName = (cluster: string): string => `${cluster}-ca-certificate`;
/** cert-manager's issuers where the cluster has a CA of its own: what signs the CA, and the CA itself. */
export const selfSignerName = (cluster: string): string => `${cluster}-self-signer`;
export const issuerName = (cluster: string): string => `${cluster}-issuer`;
/** What brokers show to clients and to each other. */
export const serverCertificateName = (cluster: string): string => `${cluster}-server-certificate`;
/** What nodes show on the listener of the quorum. Kafka reads it at its start only, so it is valid for long. */
export const quorumCertificateName = (cluster: string): string => `${cluster}-quorum-certificate`;
/** With what the operator and Cruise Control show who they are. */
export const clientCertificateName = (cluster: string): string => `${cluster}-controller`;
/** What Pods mount: one `<listener>.pem` (PKCS #8 key and chain) for each listener with TLS, `client.pem` for Cruise Control. */
export const keystoresName = (cluster: string): string => `${cluster}-keystores`;
/** Whom nodes trust: one `<listener>.pem` for each listener with TLS. Immutable, named by its content. */
export const trustName = (cluster: string, revision: string): string => `${cluster}-trust-${revision}`;
/** Passwords of the operator, the brokers and Cruise Control for listeners with SASL. */
export const credentialsName = (cluster: string): string => `${cluster}-sasl`;
/** The same passwords once more, for when somebody deletes the other. */
export const credentialsCopyName = (cluster: string): string => `${cluster}-sasl-copy`;
export const lastGoodName = (cluster: string): string => `${cluster}-last-good`;
export const placementName = (cluster: string, id: number): string => `${cluster}-placement-${id}`;
export const scriptsName = (cluster: string, revision: string): string => `${cluster}-scripts-${revision}`;
export const podMonitorName = (cluster: string): string => `${cluster}-metrics`;
export const jmxConfigName = (cluster: string): string => `${cluster}-kafka-jmx-exporter`;
export const headlessName = (cluster: string): string => `${cluster}-headless`;
export const controllerHeadlessName = (cluster: string): string => `${cluster}-controller-headless`;
export const allBrokerName = (cluster: string): string => `${cluster}-all-broker`;
export const brokerBudgetName = (cluster: string): string => `${cluster}-pdb`;
export const controllerBudgetName = (cluster: string): string => `${cluster}-controller-pdb`;
export const cruiseControlName = (cluster: string): string => `${cluster}-cruisecontrol`;
export const cruiseControlServiceName = (cluster: string): string => `${cluster}-cruisecontrol-svc`;
export const cruiseControlConfigName = (cluster: string): string => `${cluster}-cruisecontrol-config`;
export const cruiseControlJmxConfigName = (cluster: string): string => `${cluster}-cc-jmx-exporter`;
export const imageCheckName = (cluster: string, revision: string): string => `${cluster}-image-${revision}`;
export const operationName = (cluster: string, operation: string, identity: string): string =>
  `${cluster}-${operation.replaceAll('_', '-')}-${shortHash(identity)}`;

export const networkPolicyName = (cluster: string, ...what: readonly string[]): string => [cluster, ...what].join('-');

/** `<listener>`, or `<listener>-<ingress configuration>`, as it may stand in a Kubernetes name. */
export const wayName = (listener: string, way: string): string =>
  [listener, ...(way === '' ? [] : [way])].join('-').replaceAll('_', '-').toLowerCase();
/** Value of the label `eListenerName`. */
export const wayLabel = (listener: string, way: string): string => (way === '' ? listener : `${listener}-${way}`);
export const envoyConfigName = (cluster: string, listener: string, way: string): string =>
  `envoy-config-${wayName(listener, way)}-${cluster}`;
export const envoyName = (cluster: string, listener: string, way: string): string => `envoy-${wayName(listener, way)}-${cluster}`;
export const envoyServiceName = (cluster: string, listener: string, way: string): string =>
  `envoy-loadbalancer-${wayName(listener, way)}-${cluster}`;
export const envoyBudgetName = (cluster: string, listener: string, way: string): string => `${envoyName(cluster, listener, way)}-pdb`;
/** Deployment and Service of the Istio gateway. */
export const meshGatewayName = (cluster: string, listener: string, way: string): string =>
  `meshgateway-${wayName(listener, way)}-${cluster}`;
export const istioGatewayName = (cluster: string, listener: string, way: string): string => `${cluster}-${wayName(listener, way)}-gateway`;
export const virtualServiceName = (cluster: string, listener: string, way: string): string =>
  `${cluster}-${wayName(listener, way)}-virtualservice`;
export const contourServiceName = (cluster: string, listener: string, way: string): string =>
  `contour-svc-${wayName(listener, way)}-${cluster}`;
/** Gateway and TLSRoutes of the Gateway API; not a name that Istio's Gateway could have. */
export const apiGatewayName = (cluster: string, listener: string, way: string): string =>
  `kafka-gateway-${wayName(listener, way)}-${cluster}`;
/** Of one broker and one external listener: NodePort, ClusterIP, Contour, Istio. */
export const brokerListenerServiceName = (cluster: string, id: number, listener: string): string =>
  `${cluster}-${id}-${wayName(listener, '')}`;
/** Leads the proxies of one external listener to any broker. */
export const anyBrokerListenerServiceName = (cluster: string, listener: string): string => `${cluster}-${wayName(listener, '')}-any-broker`;
