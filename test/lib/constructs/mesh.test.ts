import { podManifest } from '../../../lib/constructs/broker-pod';
import { at, broker, cluster, FACTS, nodeOf } from './small-cluster';

type Json = Readonly<Record<string, unknown>>;

const KEY = 'proxy.istio.io/config';

const annotationsOf = (spec: Json, config: Json = {}): Record<string, string> => {
  const of = cluster([broker(0, ['controller', 'broker'], config)], spec);
  return at(podManifest(of, nodeOf(of, 0), FACTS), 'metadata.annotations');
};

describe('a Pod in a mesh', () => {
  test.each([
    ['gateways of Istio', { ingressController: 'istioingress' }],
    ['a control plane', { istioControlPlane: { name: 'canary', namespace: 'istio-system' } }],
  ])('with %s keeps its sidecar as long as Kafka has connections', (_name, spec) => {
    expect(JSON.parse(annotationsOf(spec)[KEY] ?? '')).toEqual({ proxyMetadata: { EXIT_ON_ZERO_ACTIVE_CONNECTIONS: 'true' } });
  });

  test('has what its user says of the sidecar instead', () => {
    const own = annotationsOf({ ingressController: 'istioingress' }, { brokerAnnotations: { [KEY]: 'terminationDrainDuration: 90s' } });
    expect(own[KEY]).toBe('terminationDrainDuration: 90s');
  });

  test('is restarted when that changes: only a Pod that is made anew gets another sidecar', () => {
    const revision = (spec: Json): string => annotationsOf(spec)['kafka.banzaicloud.io/revision'] ?? '';
    expect(revision({ istioControlPlane: { name: 'a', namespace: 'b' } })).not.toBe(revision({}));
  });

  test('does not change without one', () => {
    expect(Object.keys(annotationsOf({}))).toEqual(['kafka.banzaicloud.io/revision']);
  });
});
