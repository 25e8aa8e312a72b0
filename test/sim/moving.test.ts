/** Random clusters whose brokers come and go, with a Cruise Control that fails in every way: no replica is lost, and every story ends quietly. */
import { memoised } from './memoised';
import { assertStories } from './runs';
import { movingStories } from './story';
import { movingShapes } from './wish';

jest.mock('../../lib/constructs/cluster', () => memoised(jest.requireActual('../../lib/constructs/cluster')));

it('does nothing that must never happen to brokers that come and go, and converges when the faults end', () => {
  assertStories('moving', movingShapes, movingStories, 0.1);
});
