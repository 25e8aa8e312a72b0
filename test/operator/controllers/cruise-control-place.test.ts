import type { ExternalCruiseControl, ResolvedCruiseControl } from '../../../lib/api/resolved-cluster';
import { cruiseControlPlace } from '../../../operator/controllers/cruise-control-place';
import { threeNodes } from '../../world/three-nodes';

const cluster = threeNodes();
const having = (external: ExternalCruiseControl | undefined) => ({ ...cluster, cruiseControl: { external } as ResolvedCruiseControl });

describe('where Cruise Control is', () => {
  it('is nowhere when the spec has none', () => {
    expect(cruiseControlPlace({ ...cluster, cruiseControl: undefined })).toBeUndefined();
  });

  it('is the Service of the one that the operator deploys', () => {
    expect(cruiseControlPlace(having(undefined))).toEqual({
      origin: 'http://orders-cruisecontrol-svc.kafka.svc.cluster.local:8090',
      namespace: 'kafka',
      insecureSkipVerify: false,
      caSecret: undefined,
      basicSecret: undefined,
      tokenSecret: undefined,
    });
  });

  it('is what the spec names, with its Secrets in the namespace of the cluster', () => {
    const external = {
      origin: 'https://cc.example:443',
      insecureSkipVerify: true,
      caSecret: 'trust',
      basicSecret: 'access',
      tokenSecret: undefined,
    };
    expect(cruiseControlPlace(having(external))).toEqual({ ...external, namespace: 'kafka' });
  });
});
