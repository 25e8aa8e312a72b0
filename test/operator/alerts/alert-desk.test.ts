/** Plug-ins are asked beside the passes; what they refuse is asked again. */
import { AlertDesk } from '../../../operator/alerts/alert-desk';
import type { PluginHost } from '../../../operator/alerts/plugin-host';
import type { PluginReply } from '../../../operator/alerts/plugin-module';
import { decide } from '../../../operator/decide/decide';
import { verdicts } from '../../../operator/decide/alerts/verdict';
import { known } from '../../world/alerted';
import { contextOf, converged, NOW } from '../../world/makers';
import { dedicatedNodes } from '../../world/three-nodes';

const KEY = 'kafka/orders';
const MINUTE = 60_000;
const cluster = dedicatedNodes('  cruiseControlConfig: {}');
const calm = converged(cluster);

const replies: PluginReply[] = [];
let asked = 0;
let woken = 0;
let now = NOW;
let desk: AlertDesk;

beforeEach(() => {
  [asked, woken, now, replies.length] = [0, 0, NOW, 0];
  const ask = (): Promise<PluginReply> => {
    asked += 1;
    return Promise.resolve(replies.shift() ?? { answer: { refusal: 'no more' }, failed: false });
  };
  const plugins = { names: ['plug'], ask } as unknown as PluginHost;
  const wake = (): void => void (woken += 1);
  desk = new AlertDesk({ locate: () => KEY, recorded: () => undefined, wake, now: () => now, plugins });
  const alert = known('a', { command: 'plug' }, { endsAt: NOW + 3_600_000 });
  desk.book.receive([{ ...alert, firing: true }]);
  woken = 0;
});

/** What a pass makes of the alert, after it has asked what it had to. */
async function pass(after: number): Promise<string> {
  now = NOW + after;
  const context = contextOf(cluster, { ...calm, alerts: desk.look(KEY) }, now);
  desk.ask(KEY, context);
  desk.ask(KEY, context);
  await new Promise(setImmediate);
  const [judged] = verdicts(context);
  return judged?.verdict.kind === 'refused' ? judged.verdict.reason : (judged?.verdict.kind ?? 'nothing');
}

const refusal = (failed = false): PluginReply => ({ answer: { refusal: 'not now' }, failed });
const change: PluginReply = {
  answer: { changes: [{ kind: 'addBroker', broker: { id: 103, brokerConfigGroup: 'brokers' } }] },
  failed: false,
};

test('an alert is asked about once, and what the plug-in wishes is done in the next pass', async () => {
  replies.push(change);
  expect([await pass(0), asked, woken]).toEqual(['asks', 1, 1]);
  expect([await pass(1000), asked]).toEqual(['acts', 1]);
});

test('a plug-in that failed is asked again after a minute, then less and less, and its failure counts meanwhile', async () => {
  replies.push(refusal(true), refusal(true), refusal(true), change);
  await pass(0);
  expect([await pass(MINUTE - 1), asked]).toEqual(['PluginFailed', 1]);
  expect([await pass(MINUTE), asked]).toEqual(['PluginFailed', 2]);
  expect([await pass(2 * MINUTE), asked]).toEqual(['PluginFailed', 2]);
  expect([await pass(3 * MINUTE), asked]).toEqual(['PluginFailed', 3]);
  expect([await pass(6 * MINUTE), asked]).toEqual(['PluginFailed', 3]);
  expect([await pass(7 * MINUTE), asked]).toEqual(['PluginFailed', 4]);
  expect(await pass(7 * MINUTE + 1)).toBe('acts');
});

test('what it refused of one world is asked again of another', async () => {
  replies.push(refusal(), refusal(), change);
  await pass(0);
  expect([await pass(MINUTE), asked]).toEqual(['ActionRefuses', 2]);
  expect([await pass(2 * MINUTE), asked]).toEqual(['ActionRefuses', 3]);
  expect(await pass(2 * MINUTE + 1)).toBe('acts');
});

test('the pass after an answer knows when to ask again, and no pass comes for what is handled', async () => {
  replies.push(refusal());
  await pass(0);
  const seen = { ...calm, alerts: desk.look(KEY) };
  expect(decide(cluster, seen, NOW + 10_000).wakeAfter).toBe(50_000);
  expect(decide(cluster, seen, NOW + 2 * MINUTE).wakeAfter).toBeGreaterThan(MINUTE);
});
