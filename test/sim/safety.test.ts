/** Stories that are told every time: settings with which no process serves, in every small shape of cluster. */
import { memoised } from './memoised';
import type { Fault } from './story';
import { tell } from './tell';
import { fine, shape } from './tellers';
import type { Shape, Wish } from './wish';

jest.mock('../../lib/constructs/cluster', () => memoised(jest.requireActual('../../lib/constructs/cluster')));

const edit = (wish: Wish): Fault => ({ kind: 'edit', wish });
const calm: Fault = { kind: 'calm' };
const blind: Fault = { kind: 'masked', mask: 'blind' };
const hanging: Wish = { ...fine, harm: 'hangs' };

const sizes = [1, 2, 3];
const every: readonly Shape[] = [
  ...sizes.map((controllers) => shape({ combined: true, controllers, brokers: 0 })),
  ...sizes.flatMap((controllers) => sizes.map((brokers) => shape({ controllers, brokers }))),
];

describe.each(every)('$controllers controllers, $brokers brokers, combined: $combined', (drawn) => {
  it.each<[string, Wish, readonly Fault[]]>([
    ['was made with a setting with which no process serves', hanging, [calm, calm]],
    ['was given a setting with which no process serves', fine, [calm, calm, calm, edit(hanging), calm, calm, calm]],
    ['was given it out of sight', fine, [calm, calm, calm, blind, edit(hanging), blind, calm]],
    ['was given a setting with which every process ends', fine, [calm, calm, calm, edit({ ...fine, harm: 'crashes' }), calm, calm, calm]],
    ['was given an image that nobody has', fine, [calm, calm, calm, edit({ ...fine, harm: 'neverPulled' }), calm, calm, calm]],
  ])('is mended by taking back the change when it %s', (_, wish, faults) => {
    expect(() => tell(drawn, { wish, topics: [], elr: false, lag: 0, faults })).not.toThrow();
  });
});

it('restarts the only controller of a cluster that has no broker to ask', () => {
  const lone = { ...fine, missing: 1 };
  const faults: Fault[] = [calm, calm, { kind: 'podGone', at: 0 }, edit({ ...lone, setting: 2 }), calm];
  expect(() => tell(shape({ controllers: 1, brokers: 1 }), { wish: lone, topics: [], elr: false, lag: 0, faults })).not.toThrow();
});
