/**
 * A node that left the spec runs on until its records are elsewhere, and dies on the way like any other: then it is made
 * again from what the spec last said of it. What is recorded stands for itself, with the group already merged in, because
 * the group may be gone by then.
 */
import { broker } from './brokers';
import { withoutNulls } from './json';
import type { DefaultedSpec } from './kafka-cluster';
import type { RecordedNode } from './resolve';
import { resolveNode, type NodeResult } from './resolved-node';

/** The recorded nodes that are not in the spec and can be read, and the ids of those that cannot. */
export function departingNodes(
  spec: DefaultedSpec,
  recorded: readonly RecordedNode[],
): { readonly nodes: readonly NodeResult['node'][]; readonly unreadable: readonly number[] } {
  const wanted = new Set(spec.brokers.map(({ id }) => id));
  const gone = new Map(recorded.filter(({ id }) => !wanted.has(id)).map((node) => [node.id, node]));
  const results = [...gone.values()].map((node) => ({ id: node.id, node: departingNode(spec, node) }));
  return {
    nodes: results.flatMap(({ node }) => (node === undefined ? [] : [node])),
    unreadable: results.filter(({ node }) => node === undefined).map(({ id }) => id),
  };
}

function departingNode(spec: DefaultedSpec, recorded: RecordedNode): NodeResult['node'] | undefined {
  const parsed = broker.safeParse(withoutNulls(recorded.spec));
  if (!parsed.success || parsed.data.id !== recorded.id) return undefined;
  const { node, problems } = resolveNode(spec, parsed.data, `status.brokersState[${String(recorded.id)}]`, true);
  return problems.length === 0 ? node : undefined;
}
