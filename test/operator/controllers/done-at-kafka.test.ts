import { DoneAtKafka, FORGOTTEN_AFTER_MS } from '../../../operator/controllers/done-at-kafka';
import type { Action, Outcome } from '../../../operator/decide/action';
import type { KafkaView, Observed } from '../../../operator/decide/world';
import { converged } from '../../world/makers';
import { dedicatedNodes } from '../../world/three-nodes';

const base = { risk: 'safe', reasons: [] } as const;
const elect: Action = { ...base, kind: 'electLeaders' };
const add = (node: number): Action => ({ ...base, kind: 'addVoter', node, directoryId: 'd', listener: 'CONTROLLER', host: 'h', port: 1 });

const AT = 1_000_000;
const KEY = 'kafka/orders';
const { kafka } = converged(dedicatedNodes());
const seenAt = (at: number): Observed<KafkaView> => (kafka.state === 'known' ? { state: 'known', value: { ...kafka.value, at } } : kafka);

function after(result: Outcome['result'], action: Action = elect): DoneAtKafka {
  const done = new DoneAtKafka();
  done.note(KEY, [{ action, result }], AT);
  return done;
}

const unseen = (done: DoneAtKafka, looked: number, action: Action = elect, now = AT + 50): boolean =>
  done.isUnseen(KEY, action, { kafka: seenAt(looked), now });

describe('what was done at Kafka', () => {
  it('is not done again on a view that was taken before', () => expect(unseen(after('done'), AT - 1)).toBe(true));
  it('may be done again when a look that began later asks for it', () => expect(unseen(after('done'), AT)).toBe(false));
  it('may be done again when it failed', () => expect(unseen(after('retry'), AT - 1)).toBe(false));
  it('may be done to another node', () => expect(unseen(after('done', add(1)), AT - 1, add(2))).toBe(false));
  it('may be done to another cluster', () =>
    expect(after('done').isUnseen('kafka/other', elect, { kafka: seenAt(AT - 1), now: AT + 50 })).toBe(false));
  it('may be done again when Kafka shows nothing for long', () =>
    expect(unseen(after('done'), AT - 1, elect, AT + FORGOTTEN_AFTER_MS)).toBe(false));
  it('may be done again to a cluster that was forgotten', () => {
    const done = after('done');
    done.forget(KEY);
    expect(unseen(done, AT - 1)).toBe(false);
  });
});
