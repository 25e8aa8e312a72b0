/** Random clusters of combined nodes, edits and faults: nothing that must never happen happens, and every story ends quietly. */
import { memoised } from './memoised';
import { assertStories } from './runs';
import { combinedShapes } from './wish';

jest.mock('../../lib/constructs/cluster', () => memoised(jest.requireActual('../../lib/constructs/cluster')));

it('does nothing that must never happen to combined nodes, and converges when the faults end', () => {
  assertStories('combined', combinedShapes);
});
