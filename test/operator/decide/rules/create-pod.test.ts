import { decide } from '../../../../operator/decide/decide';
import { settle, simulate } from '../../../../operator/decide/simulate';
import type { World } from '../../../../operator/decide/world';
import { emptyWorld, NOW, withoutPod } from '../../../world/makers';
import { outside } from '../../../world/outside';

const cluster = outside(['name: out, externalStartingPort: 19090', 'name: ports, accessMethod: NodePort, externalStartingPort: 0']);

/** As `pass` does it, where load balancers give no addresses. */
function passed(world: World, now: number, unaddressed = true): World {
  return settle(decide(cluster, world, now).actions.reduce(simulate, world), { unaddressed });
}

const born = passed(passed(emptyWorld(cluster), NOW), NOW);

const created = (world: World, now: number) => decide(cluster, world, now).actions.flatMap((a) => (a.kind === 'createPod' ? [a.node] : []));

describe('the first start of a broker', () => {
  test('waits for an address, and the plan looks again when it ends', () => {
    const { held, wakeAfter } = decide(cluster, born, NOW + 10_000);
    expect(created(born, NOW + 10_000)).toEqual([]);
    expect(held.flatMap((h) => h.reasons).map((r) => [r.code, r.until])).toContainEqual(['AddressPending', NOW + 60_000]);
    expect(wakeAfter).toBe(50_000);
  });

  test('comes at once with the address', () => {
    expect(created(settle(born), NOW + 10_000)).toEqual([0, 1, 2]);
  });

  test('comes without it a minute after the Service was made', () => {
    expect(created(born, NOW + 59_999)).toEqual([]);
    expect(created(born, NOW + 60_000)).toEqual([0, 1, 2]);
    const started = passed(born, NOW + 60_000);
    const files = started.objects.filter((o) => o.kind === 'ConfigMap' && o.immutable === true && 'broker-config' in (o.data as object));
    expect(files).toHaveLength(3);
    for (const file of files) {
      const text = (file.data as Record<string, string>)['broker-config'];
      expect(text).not.toContain('OUT://');
      expect(text).toContain('PORTS://@NODE_ADDRESS@:3');
    }
  });

  test('comes a minute after the birth of the cluster, also when the Service cannot be made', () => {
    const without = { ...born, objects: born.objects.filter((o) => o.metadata.name !== 'envoy-loadbalancer-out-orders') };
    expect(created(without, NOW + 59_999)).toEqual([]);
    expect(created(without, NOW + 60_000)).toEqual([0, 1, 2]);
  });

  test('is the only one that waits: a broker that ran comes back without an address', () => {
    const ran = withoutPod(passed(settle(passed(settle(born), NOW)), NOW, false), 1);
    const brokersState = { '1': { hasRun: true } };
    const silent: World = {
      ...ran,
      objects: ran.objects.map((o) => (o.kind === 'Service' ? { ...o, status: {} } : o)),
      cluster: { ...ran.cluster, status: { ...ran.cluster.status, brokersState } },
    };
    expect(created(silent, NOW + 10_000)).toEqual([1]);
  });
});
