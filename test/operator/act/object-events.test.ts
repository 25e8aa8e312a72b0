import { EventTrickle, type EventDraft } from '../../../operator/act/object-events';
import { TOPIC } from '../../../operator/kinds';
import type { KubeApi, KubeDraft } from '../../../operator/runtime/kube-types';

const draft = (message: string): EventDraft => ({ type: 'Normal', reason: 'Created', message });
const OBJECT = { kind: TOPIC, namespace: 'kafka', name: 'orders', uid: 'u' };

function setUp() {
  const sent: string[] = [];
  const lost: string[] = [];
  const answers: (() => void)[] = [];
  const create = (_: unknown, event: KubeDraft): Promise<never> => {
    const message = String(event['message']);
    sent.push(message);
    return new Promise((resolve, reject) =>
      answers.push(() => (message === 'refused' ? reject(new Error(message)) : resolve(undefined as never))),
    );
  };
  const events = new EventTrickle({ create } as unknown as KubeApi, (error) => lost.push((error as Error).message));
  const tell = (message: string): void => events.add(OBJECT, draft(message), 0);
  const answer = async (): Promise<void> => {
    answers.splice(0).forEach((each) => each());
    await new Promise(setImmediate);
  };
  return { sent, lost, tell, answer };
}

describe('Events of many objects', () => {
  it('are sent two at a time, in order, and a lost one holds up nobody', async () => {
    const { sent, lost, tell, answer } = setUp();
    for (const message of ['a', 'refused', 'c', 'd', 'e']) tell(message);
    expect(sent).toEqual(['a', 'refused']);
    await answer();
    expect([sent, lost]).toEqual([['a', 'refused', 'c', 'd'], ['refused']]);
    await answer();
    await answer();
    expect(sent).toHaveLength(5);
    tell('later');
    expect(sent.at(-1)).toBe('later');
  });

  it('wait in a bounded number', async () => {
    const { sent, lost, tell, answer } = setUp();
    for (let i = 0; i < 2_004; i += 1) tell(String(i));
    expect(lost).toEqual(['2000 Events wait already', '2000 Events wait already']);
    for (let i = 0; i < 1_001; i += 1) await answer();
    expect(sent).toHaveLength(2_002);
  });
});
