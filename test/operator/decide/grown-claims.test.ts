import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decide } from '../../../operator/decide/decide';
import type { LiveObject, World } from '../../../operator/decide/world';
import { clusterFrom } from '../../world/cluster-file';
import { contextOf, converged, NOW, withFirstClaim } from '../../world/makers';

const withCruiseControl = clusterFrom(readFileSync(join(__dirname, '../../../examples/cruise-control.yaml'), 'utf8'));
const id = withCruiseControl.nodes.find(({ roles }) => roles.includes('broker'))!.id;

const sized =
  (storage: string) =>
  (claim: LiveObject): LiveObject => ({ ...claim, spec: { ...(claim.spec as object), resources: { requests: { storage } } } });
const grown = (world: World, storage: string): World => withFirstClaim(world, id, sized(storage));

const capacityOf = (world: World): string => {
  const files = contextOf(withCruiseControl, world).shared.find(({ metadata }) => metadata.name.endsWith('-cruisecontrol-config'));
  return (files?.['data'] as Record<string, string>)['capacity.json'] ?? '';
};

describe('a claim that was grown beyond the spec', () => {
  const before = converged(withCruiseControl);

  test('counts for Cruise Control with what it has, and its files are written anew', () => {
    const after = grown(before, '900G');
    expect(capacityOf(before)).not.toContain('"900000"');
    const { brokerCapacities } = JSON.parse(capacityOf(after)) as { brokerCapacities: readonly { brokerId: string }[] };
    const changed = brokerCapacities.filter((entry) => JSON.stringify(entry).includes('"900000"'));
    expect(changed).toEqual([expect.objectContaining({ brokerId: String(id) })]);
    const written = decide(withCruiseControl, after, NOW).actions.map((action) => JSON.stringify(action));
    expect(written.some((action) => action.includes('cruisecontrol-config'))).toBe(true);
    expect(decide(withCruiseControl, converged(withCruiseControl, after), NOW).actions).toEqual([]);
  });

  test('that is smaller than the spec says, or as large, changes nothing', () => {
    expect(capacityOf(grown(before, '1Ki'))).toBe(capacityOf(before));
  });
});
