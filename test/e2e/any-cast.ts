/** Whom new clients of an Envoy may be led to: by the files that the operator wrote, and by Envoy's own word. */
import type { KubeObject } from '../../operator/runtime/kube-types';
import { pause, when, type Seen } from './kubernetes';

interface Resource {
  readonly name: string;
  readonly load_assignment?: {
    readonly endpoints: readonly {
      readonly lb_endpoints: readonly {
        readonly endpoint: { readonly address: { readonly socket_address: { readonly address: string } } };
      }[];
    }[];
  };
}

/** Ids of the brokers in the any-cast cluster of a ConfigMap of Envoy. */
export function membersIn(files: KubeObject, cluster: string): readonly number[] {
  const { data = {} } = files as KubeObject & { readonly data?: Readonly<Record<string, string>> };
  const { resources = [] } = JSON.parse(data['cds.yaml'] ?? '{}') as { readonly resources?: readonly Resource[] };
  const all = resources.find(({ name }) => name === 'all-brokers');
  const hosts = (all?.load_assignment?.endpoints ?? []).flatMap((e) =>
    e.lb_endpoints.map((l) => l.endpoint.address.socket_address.address),
  );
  return hosts.map((host) => Number(new RegExp(`^${cluster}-(\\d+)\\.`).exec(host)?.[1])).sort((a, b) => a - b);
}

/** What stood in a ConfigMap at a moment. */
export function filesAt(name: string, seen: readonly Seen[], version: number): Seen | undefined {
  return seen.filter(({ object }) => object.metadata.name === name && when(object) < version).at(-1);
}

export interface Sample {
  /** Milliseconds since the epoch: when the answer came. */
  readonly at: number;
  /** How many brokers Envoy has in the any-cast cluster. */
  readonly members: number;
}

export interface MembershipWatch {
  readonly samples: readonly Sample[];
  stop(): Promise<void>;
}

const MEMBERS = /^envoy_cluster_membership_total\{[^}]*envoy_cluster_name="all-brokers"[^}]*\} (\d+)/m;

/** Asks an Envoy ten times a second how many brokers new clients may be led to. */
export function watchMembership(podIP: string): MembershipWatch {
  const samples: Sample[] = [];
  const state = { going: true };
  const ask = async (): Promise<void> => {
    while (state.going) {
      const text = await fetch(`http://${podIP}:8080/stats/prometheus?filter=membership_total`).then(
        (answer) => answer.text(),
        () => '',
      );
      const found = MEMBERS.exec(text)?.[1];
      if (found !== undefined) samples.push({ at: Date.now(), members: Number(found) });
      await pause(100);
    }
  };
  const asking = ask();
  return {
    samples,
    stop: async () => {
      state.going = false;
      await asking;
    },
  };
}
