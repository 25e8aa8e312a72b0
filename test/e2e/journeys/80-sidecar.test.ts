import { SERVICE } from '../../../operator/kinds';
import { applyCluster, objectsOf, podOf, running, wipeCluster, type ClusterOptions } from '../cluster';
import { figure } from '../figures';
import { mustKubectl, NAMESPACE } from '../kubernetes';
import { createTopic, missingRecords, produceSome } from '../records';

const NAME = 'mesh';
const BOOTSTRAP = `${NAME}-all-broker.${NAMESPACE}.svc.cluster.local:29092`;
const DELAY = 10;

/** Answers like a mesh's proxy that needs ten seconds: 15021/healthz/ready, and 15000/ready of older ones. */
const stub = [
  'mkdir -p /www/healthz; touch /www/ready /www/healthz/ready',
  `sleep ${DELAY}`,
  'httpd -p 15000 -h /www; exec httpd -f -p 15021 -h /www',
].join('; ');
const sidecar = { name: 'istio-proxy', image: 'localhost/busybox:1', imagePullPolicy: 'IfNotPresent', command: ['sh', '-c', stub] };

/** Dedicated nodes and a Service per node, unlike the shared cluster. */
const MESH: ClusterOptions = {
  name: NAME,
  nodes: { controllers: [0], brokers: [100] },
  nodeConfig: {
    brokerAnnotations: { 'sidecar.istio.io/status': '{"containers":["istio-proxy"]}' },
    containers: [sidecar],
  },
  spec: { headlessServiceEnabled: false },
};

afterAll(() => wipeCluster(NAME));

interface Started {
  readonly containerStatuses: readonly { readonly name: string; readonly state: { readonly running?: { readonly startedAt: string } } }[];
}

async function startOf(pod: string, container: string): Promise<number> {
  const { containerStatuses } = (await podOf(NAME, Number(pod.split('-').at(-1)))).status as Started;
  return Date.parse(containerStatuses.find((c) => c.name === container)?.state.running?.startedAt ?? '');
}

describe('a stub sidecar that is ready after ten seconds (dedicated nodes, a Service per node)', () => {
  it('holds the start of Kafka until then', async () => {
    await applyCluster(MESH);
    await running(NAME);
    for (const pod of [`${NAME}-0`, `${NAME}-100`]) {
      const log = await mustKubectl(['-n', NAMESPACE, 'logs', pod, '-c', 'kafka', '--timestamps']);
      const lines = log.split('\n');
      const ready = lines.findIndex((line) => line.includes('the sidecar is ready'));
      const kafka = lines.findIndex((line) => line.includes('formatting for cluster'));
      const waited = (Date.parse(lines[ready]?.split(' ')[0] ?? '') - (await startOf(pod, 'istio-proxy'))) / 1000;
      figure(`Kafka of ${pod} waited for its sidecar`, `${waited.toFixed(1)} s`);
      expect(lines.findIndex((line) => line.includes('waiting for the sidecar'))).toBeLessThan(ready);
      expect(kafka).toBeGreaterThan(ready);
      // startedAt has whole seconds.
      expect(waited).toBeGreaterThan(DELAY - 1);
    }
  });

  it('is reached through a Service for each node and one for any broker', async () => {
    expect((await objectsOf(NAME, SERVICE)).map((s) => s.metadata.name)).toEqual([`${NAME}-0`, `${NAME}-100`, `${NAME}-all-broker`]);
    await createTopic(BOOTSTRAP, 'meshed', { copies: 1 });
    const numbers = await produceSome(BOOTSTRAP, 'meshed');
    expect(await missingRecords(BOOTSTRAP, 'meshed', numbers)).toEqual([]);
  });
});
