/** Kubernetes nodes that go and come back: the kubelet of one of them ends, its containers go on. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const TOOL = join(__dirname, '../../tools/local-kubernetes/lib');
const NAME = process.env.KAFKA_OPERATOR_CLUSTER ?? '';

function run(script: string, ...args: readonly string[]): void {
  const { status, stderr } = spawnSync('bash', ['-c', script, 'node', TOOL, NAME, ...args], { encoding: 'utf8', timeout: 60_000 });
  if (status !== 0) throw new Error(`cannot run ${script}: ${stderr}`);
}

export async function stopKubelet(node: string): Promise<void> {
  run('. "$1/common.sh"; use_cluster "$2"; stop "kubelet-$3"', node);
}

/** It registers its Node object again, with its labels. */
export async function startKubelet(node: string): Promise<void> {
  // The kubelet must not hold the pipes of this process open.
  run('"$1/nodes.sh" "$2" "$3" </dev/null >/dev/null 2>&1', node);
}
