/** Whatever happens to Cruise Control, to the operator and to the objects: what the machine of operations must never do, and that it ends. */
import fc from 'fast-check';
import { converged } from '../../world/makers';
import { threeNodes } from '../../world/three-nodes';
import { OperationGame, type Refusal } from './operation-machine';

jest.setTimeout(120_000);

const cluster = threeNodes('  cruiseControlConfig: {}');
const start = converged(cluster);

type Move = readonly [name: string, play: (game: OperationGame) => void];

const well = (game: OperationGame): void => {
  game.ready = true;
  for (let second = 0; second < 8; second += 1) {
    game.look();
    game.pass();
    game.now += 1000;
    if (second % 3 === 2) game.advance();
  }
};

const passAndLook = (game: OperationGame): void => {
  game.pass();
  game.look();
};

const MOVES: readonly Move[] = [
  ...Array.from({ length: 6 }, (): Move => ['a pass', (g) => void g.pass()]),
  ...Array.from({ length: 8 }, (): Move => ['a pass and a look', passAndLook]),
  ...Array.from({ length: 3 }, (): Move => ['a while in which all is well', well]),
  ['a pass that is killed before its first write', (g) => void g.pass(0)],
  ['a pass that is killed after its first write', (g) => void g.pass(1)],
  ['the operator restarts', (g) => g.restartOperator()],
  ['a look', (g) => g.look()],
  ['Cruise Control is not seen', (g) => g.blind()],
  ['a second', (g) => void (g.now += 1000)],
  ['half a minute', (g) => void (g.now += 30_000)],
  ['an hour', (g) => void (g.now += 3_600_000)],
  ['Cruise Control goes on', (g) => g.advance()],
  ['Cruise Control goes on', (g) => g.advance()],
  ['Cruise Control fails', (g) => g.advance(true)],
  ['Cruise Control restarts', (g) => g.restartCruiseControl()],
  ['Cruise Control is not ready', (g) => void (g.ready = false)],
  ...Array.from({ length: 3 }, (): Move => ['Cruise Control is ready', (g) => void (g.ready = true)]),
  ['the next request is lost', (g) => void (g.lost = 'request')],
  ['the next answer is lost', (g) => void (g.lost = 'answer')],
  ...(['busy', 'notReady', 'invalid', 'impossible', 'other'] as const).map((kind: Refusal): Move => [
    `the next request is refused: ${kind}`,
    (g) => void (g.refusal = kind),
  ]),
  ['a rebalance', (g) => g.create('rebalance')],
  ['a broker to fill', (g) => g.create('add_broker')],
  ['a broker to empty, once', (g) => g.create('remove_broker', { errorPolicy: 'ignore' })],
  ['a rebalance with a proposal', (g) => g.create('rebalance', { approval: 'Required' })],
  ['the first is deleted', (g) => g.delete(0)],
  ['the second is deleted', (g) => g.delete(1)],
  ['the first is approved', (g) => g.approve(0)],
  ['the first is paused', (g) => g.pause(0, true)],
  ['the first goes on', (g) => g.pause(0, false)],
];

const played = (moves: readonly Move[]): OperationGame => {
  const game = new OperationGame(cluster, start);
  game.create('rebalance');
  for (const [name, play] of moves) {
    play(game);
    if (game.problems.length > 0) throw new Error(`after ${name}: ${game.problems.join('; ')}`);
  }
  return game;
};

const stories = fc.array(
  fc.constantFrom(...MOVES).map((move) => Object.assign(move, { toString: () => move[0] })),
  { minLength: 20, maxLength: 120 },
);

test('never two in flight, never a success that Cruise Control did not tell, never a request twice, never a move without approval', () => {
  fc.assert(
    fc.property(stories, (moves) => {
      played(moves);
    }),
    { numRuns: 200 },
  );
});

/** Everything works again, and every proposal is approved. */
function heal(game: OperationGame): void {
  game.refusal = undefined;
  game.lost = undefined;
  game.ready = true;
  game.look();
  game.operations.forEach((_, at) => {
    game.pause(at, false);
    game.approve(at);
  });
}

const isOver = (game: OperationGame): boolean => game.operations.every((o) => o.final && (o.object.metadata.finalizers ?? []).length === 0);

test('everything ends once nothing goes wrong any more: operations are over, deleted ones are gone', () => {
  fc.assert(
    fc.property(stories, (moves) => {
      const game = played(moves);
      heal(game);
      for (let round = 0; round < 60 + 40 * game.operations.length && !isOver(game); round += 1) {
        game.pass();
        game.now += 45_000 + round * 1000;
        game.advance();
        game.look();
      }
      if (game.problems.length > 0) throw new Error(game.problems.join('; '));
      const left = game.operations.filter((o) => !o.final || o.deleting).map((o) => `${o.name} ${JSON.stringify(o.object.status)}`);
      expect(left).toEqual([]);
      expect(game.pass()).toBe(0);
    }),
    { numRuns: 80 },
  );
});

test('a plain operation is asked for once and completed', () => {
  const game = new OperationGame(cluster, start);
  game.create('add_broker');
  for (let round = 0; round < 12; round += 1) {
    game.pass();
    game.now += 1000;
    game.look();
    if (round > 3) game.advance();
  }
  expect(game.operations.map((o) => o.state)).toEqual(['Completed']);
  expect([...game.asked.values()]).toEqual([1]);
});
