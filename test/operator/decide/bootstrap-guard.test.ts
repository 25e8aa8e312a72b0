import { CONFIG_KEY } from '../../../lib/constructs/broker-config';
import { whyCutsOff } from '../../../operator/decide/bootstrap-guard';
import type { Context } from '../../../operator/decide/context';
import { mayStop } from '../../../operator/decide/may-stop';
import type { LiveObject, World } from '../../../operator/decide/world';
import { happened } from '../../world/happenings';
import { contextOf, converged, NOW } from '../../world/makers';
import { dedicatedNodes, threeNodes } from '../../world/three-nodes';

const cluster = dedicatedNodes();
const calm = converged(cluster);
const LATER = NOW + 3_600_000;
const KEY = 'controller.quorum.bootstrap.servers';

/** Broker 100 was started when there was one controller. */
const startedWithOne = (world: World): World => ({
  ...world,
  objects: world.objects.map((o) => (o.kind === 'ConfigMap' && o.metadata.labels?.['brokerId'] === '100' ? withFirstOnly(o) : o)),
});

function withFirstOnly(object: LiveObject): LiveObject {
  const data = object.data as Readonly<Record<string, string>>;
  const text = data[CONFIG_KEY];
  if (text === undefined) return object;
  const first = text.replace(new RegExp(`^(${KEY}=[^,\\n]*).*$`, 'm'), '$1');
  return { ...object, data: { ...data, [CONFIG_KEY]: first } };
}

function why(world: World, id: number): string | undefined {
  const context: Context = contextOf(cluster, world, LATER);
  const voters = context.world.kafka.state === 'known' ? context.world.kafka.value.quorum.voters : [];
  return whyCutsOff(
    context.views.find((v) => v.node.id === id)!,
    voters,
    context,
  )?.message;
}

const FIRST = 'broker 100 was started before any other controller was added and knows none of them; it goes first';

describe('a controller that is stopped', () => {
  it('cuts nobody off whom the file that he was started with tells of another one', () => {
    expect([0, 1, 2].map((id) => why(calm, id))).toEqual([undefined, undefined, undefined]);
  });

  it('waits for a broker that knows no other one', () => {
    expect(why(startedWithOne(calm), 0)).toBe(FIRST);
    expect([1, 2].map((id) => why(startedWithOne(calm), id))).toEqual([undefined, undefined]);
  });

  it('does not wait for a broker that serves nobody anyway', () => {
    expect(why(startedWithOne(happened(calm, cluster, { podGone: 100 })), 0)).toBeUndefined();
  });

  it('is held by the question that is asked again before every stop', () => {
    const context = contextOf(cluster, startedWithOne(calm), LATER);
    const reasons = mayStop(
      context.views.filter((v) => v.node.id === 0),
      context,
    );
    expect(reasons.map((r) => r.message)).toContain(FIRST);
    expect(
      mayStop(
        context.views.filter((v) => v.node.id === 100),
        context,
      ),
    ).toEqual([]);
  });
});

it('combined nodes are told of a new leader as voters', () => {
  const combined = threeNodes();
  const context = contextOf(combined, converged(combined), LATER);
  const voters = context.world.kafka.state === 'known' ? context.world.kafka.value.quorum.voters : [];
  expect(context.views.map((view) => whyCutsOff(view, voters, context))).toEqual([undefined, undefined, undefined]);
});
