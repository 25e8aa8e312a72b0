import { isOfAbsentKind, missingKinds, waitingForKinds } from '../../../operator/decide/absent-kinds';
import { decide } from '../../../operator/decide/decide';
import { kindKey } from '../../../operator/kinds';
import { contextOf, converged, NOW } from '../../world/makers';
import { withEnvoy } from '../../world/with-envoy';

const calm = converged(withEnvoy());
const mesh = withEnvoy({ spec: '  ingressController: istioingress', world: calm });
const absentKinds = ['Gateway.networking.istio.io', 'VirtualService.networking.istio.io', 'TLSRoute.gateway.networking.k8s.io'];

describe('kinds that Kubernetes does not know', () => {
  it.each<[string, string, string, boolean]>([
    ['of that group', 'networking.istio.io/v1', 'Gateway', true],
    ['of another group, by the same name', 'gateway.networking.k8s.io/v1', 'Gateway', false],
    ['of no group', 'v1', 'Service', false],
  ])('are told by their group: %s', (_, apiVersion, kind, absent) => {
    expect(isOfAbsentKind({ apiVersion, kind, metadata: { name: 'x' } }, { absentKinds })).toBe(absent);
    expect(isOfAbsentKind({ apiVersion, kind, metadata: { name: 'x' } }, { absentKinds: [kindKey({ apiVersion, kind })] })).toBe(true);
    expect(isOfAbsentKind({ apiVersion, kind, metadata: { name: 'x' } }, {})).toBe(false);
  });

  it('are named once, and only those that the spec needs', () => {
    const context = contextOf(mesh, { ...calm, absentKinds });
    expect(missingKinds(context)).toEqual(['Gateway.networking.istio.io', 'VirtualService.networking.istio.io']);
    expect(waitingForKinds(context)).toHaveLength(1);
    expect(missingKinds(contextOf(withEnvoy(), { ...calm, absentKinds }))).toEqual([]);
  });

  it('are written as soon as they are known', () => {
    const kinds = (world: typeof calm): readonly string[] =>
      decide(mesh, world, NOW).actions.flatMap((a) => (a.kind === 'apply' ? [a.manifest.kind] : []));
    expect(kinds({ ...calm, absentKinds })).not.toContain('Gateway');
    expect(kinds({ ...calm, absentKinds: [] })).toContain('Gateway');
  });
});
