/**
 * The objects of Istio that are made here, as thin constructs: as much of each kind as is used, typed, written as plain JSON.
 * The whole of it is in Istio's own reference (networking.istio.io/v1).
 */
import type { Construct } from 'constructs';
import type { RawObject, ResolvedCluster } from '../api/resolved-cluster';
import { childMetadata, manifest, ManifestObject } from './draft';
import type { Manifest } from './manifest';
import { ISTIO_APP } from './naming';

export const NETWORKING = 'networking.istio.io/v1';

export interface GatewaySpec {
  /** Labels of the Pods that take the traffic, in any namespace. */
  readonly selector: Readonly<Record<string, string>>;
  readonly servers: readonly GatewayServer[];
}

export interface GatewayServer {
  readonly port: { readonly name: string; readonly number: number; readonly protocol: 'TCP' | 'TLS' };
  /** `./<host>`: only VirtualServices of the Gateway's own namespace may use it. */
  readonly hosts: readonly string[];
  readonly tls?: RawObject;
}

export interface VirtualServiceSpec {
  readonly hosts: readonly string[];
  readonly gateways: readonly string[];
  readonly tcp?: readonly TcpRoute[];
  readonly tls?: readonly TlsRoute[];
}

export interface TcpRoute {
  readonly match: readonly { readonly port: number }[];
  readonly route: readonly RouteDestination[];
}

export interface TlsRoute {
  readonly match: readonly { readonly port: number; readonly sniHosts: readonly string[] }[];
  readonly route: readonly RouteDestination[];
}

export interface RouteDestination {
  readonly destination: { readonly host: string; readonly port: { readonly number: number } };
}

export interface DestinationRuleSpec {
  readonly host: string;
  readonly exportTo: readonly string[];
  readonly workloadSelector: { readonly matchLabels: Readonly<Record<string, string>> };
  readonly trafficPolicy: {
    readonly connectionPool: {
      readonly tcp: {
        readonly connectTimeout: string;
        readonly tcpKeepalive: { readonly time: string; readonly interval: string; readonly probes: number };
      };
    };
    readonly outlierDetection?: {
      readonly consecutive5xxErrors: number;
      readonly interval: string;
      readonly baseEjectionTime: string;
      readonly maxEjectionPercent: number;
    };
  };
}

interface Specs {
  readonly Gateway: GatewaySpec;
  readonly VirtualService: VirtualServiceSpec;
  readonly DestinationRule: DestinationRuleSpec;
}

interface IstioObject<Kind extends keyof Specs> {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly spec: Specs[Kind];
}

export function istioManifest<Kind extends keyof Specs>(cluster: ResolvedCluster, kind: Kind, object: IstioObject<Kind>): Manifest {
  const { spec, ...metadata } = object;
  return manifest<{ readonly apiVersion: string; readonly kind: string; readonly spec: unknown }>({
    apiVersion: NETWORKING,
    kind,
    metadata: childMetadata(cluster, { ...metadata, app: ISTIO_APP }),
    spec,
  });
}

interface IstioProps<Kind extends keyof Specs> extends IstioObject<Kind> {
  readonly cluster: ResolvedCluster;
}

/** Gateway: what the Pods of a gateway listen on. */
export class IstioGateway extends ManifestObject {
  public constructor(scope: Construct, id: string, { cluster, ...object }: IstioProps<'Gateway'>) {
    super(scope, id, istioManifest(cluster, 'Gateway', object));
  }
}

/** VirtualService: where what came in goes. */
export class VirtualService extends ManifestObject {
  public constructor(scope: Construct, id: string, { cluster, ...object }: IstioProps<'VirtualService'>) {
    super(scope, id, istioManifest(cluster, 'VirtualService', object));
  }
}

/** DestinationRule: how the gateway connects to the brokers. */
export class DestinationRule extends ManifestObject {
  public constructor(scope: Construct, id: string, { cluster, ...object }: IstioProps<'DestinationRule'>) {
    super(scope, id, istioManifest(cluster, 'DestinationRule', object));
  }
}
