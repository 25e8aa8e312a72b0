/** Random clusters of dedicated nodes, edits and faults: nothing that must never happen happens, and every story ends quietly. */
import { memoised } from './memoised';
import { assertStories } from './runs';
import { dedicatedShapes } from './wish';

jest.mock('../../lib/constructs/cluster', () => memoised(jest.requireActual('../../lib/constructs/cluster')));

it('does nothing that must never happen to dedicated nodes, and converges when the faults end', () => {
  assertStories('dedicated', dedicatedShapes);
});
