/** Generated files of an Envoy as data, and clusters to generate them for. */
import type { ResolvedCluster } from '../../../lib/api/resolved-cluster';
import { envoyConfigMaps } from '../../../lib/constructs/envoy-config';
import type { Manifest } from '../../../lib/constructs/manifest';
import { filesOf } from './envoy-process';
import { broker, cluster, type Raw } from './small-cluster';

type Json = Readonly<Record<string, unknown>>;

export interface Wish {
  readonly ids: readonly number[];
  readonly listener?: Json;
  readonly envoyConfig?: Json;
  /** `brokerIngressMapping` by broker. */
  readonly mapping?: Readonly<Record<number, readonly string[]>>;
  readonly departing?: readonly number[];
  readonly spec?: Json;
}

/** Controllers 0 to 2 and these brokers, with one external listener; throws what is refused. */
export function exposed({ ids, listener = {}, envoyConfig = {}, mapping = {}, departing = [], spec = {} }: Wish): ResolvedCluster {
  const nodes = [
    broker(0, ['controller']),
    ...ids.map((id) => broker(id, ['broker'], mapping[id] === undefined ? {} : { brokerIngressMapping: mapping[id] })),
  ];
  const of = cluster(nodes, {
    envoyConfig,
    listenersConfig: {
      internalListeners: [
        { name: 'internal', type: 'plaintext', containerPort: 29092, usedForInnerBrokerCommunication: true },
        { name: 'controller', type: 'plaintext', containerPort: 29093, usedForControllerCommunication: true },
      ],
      externalListeners: [{ name: 'external', type: 'plaintext', containerPort: 9094, externalStartingPort: 19090, ...listener }],
    },
    ...spec,
  });
  return { ...of, nodes: of.nodes.map((node) => ({ ...node, departing: departing.includes(node.id) })) };
}

export const ONE_PORT: Wish = {
  ids: [100, 101],
  listener: { externalStartingPort: -1, hostnameOverride: 'kafka.example.com', tlsSecretName: 'certificate' },
  envoyConfig: { brokerHostnameTemplate: 'kafka-%id.example.com' },
};

const parsed = (text: string | undefined): readonly Raw[] => (JSON.parse(text ?? '') as { readonly resources: readonly Raw[] }).resources;

/** What leads where: `<port>` or `<port> <host name>`, with ` tls` when Envoy ends it, to a cluster. */
export function leads(configMap: Manifest): readonly { readonly from: string; readonly port: number; readonly to: string }[] {
  return parsed(filesOf(configMap)['lds.yaml']).flatMap((listener) =>
    listener.filter_chains.map((chain: Raw) => {
      const port = listener.address.socket_address.port_value as number;
      const names = chain.filter_chain_match?.server_names ?? [];
      const from = [port, ...names, ...(chain.transport_socket === undefined ? [] : ['tls'])].join(' ');
      return { from, port, to: chain.filters[0].typed_config.cluster as string };
    }),
  );
}

/** Addresses of each cluster, `<host>:<port>`. */
export const clustersOf = (configMap: Manifest): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    parsed(filesOf(configMap)['cds.yaml']).map((one) => [
      one.name,
      one.load_assignment.endpoints[0].lb_endpoints.map(({ endpoint }: Raw) => {
        const { address, port_value: port } = endpoint.address.socket_address;
        return `${String(address)}:${String(port)}`;
      }),
    ]),
  );

export const configMapOf = (of: ResolvedCluster, withdrawn: readonly number[] = []): Manifest =>
  envoyConfigMaps(of, new Set(withdrawn))[0]!;

export const hostOf = (id: number): string => `orders-${id}.orders-headless.kafka.svc.cluster.local`;

/** Ids of the brokers that new clients meet. */
export const anyCastOf = (configMap: Manifest): readonly number[] =>
  (clustersOf(configMap)['all-brokers'] ?? []).map((address) => Number(/^orders-(\d+)\./.exec(address)?.[1]));
