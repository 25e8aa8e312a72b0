import fc from 'fast-check';
import {
  GRACE_MS,
  MOST_ALERTS,
  NO_ALERTS,
  recalled,
  recordOf,
  signatureOf,
  withoutExpired,
  withReceived,
  type KnownAlerts,
  type ReceivedAlert,
} from '../../../../operator/decide/alerts/known-alerts';

const NOW = 1_767_225_600_000;

function alert(name: string, change: Partial<ReceivedAlert> = {}): ReceivedAlert {
  const labels = { alertname: name };
  const times = { startsAt: NOW - 1000, endsAt: NOW + 240_000 };
  return { fingerprint: name, labels, annotations: { command: 'upScale' }, firing: true, leased: false, ...times, ...change };
}

const names = ({ firing }: KnownAlerts): readonly string[] => firing.map(({ fingerprint }) => fingerprint);
const after = (...batch: readonly ReceivedAlert[]): KnownAlerts => withReceived(NO_ALERTS, batch, NOW);

describe('an alert', () => {
  test('fires once however often it is repeated, since it was first heard of', () => {
    const known = withReceived(after(alert('a')), [alert('a', { endsAt: NOW + 300_000 }), alert('a')], NOW + 60_000);
    expect(known.firing).toMatchObject([{ fingerprint: 'a', since: NOW, endsAt: NOW + 300_000 }]);
  });

  test('ends when it is resolved, and a message that comes late does not begin it again', () => {
    const ended = withReceived(after(alert('a')), [alert('a', { firing: false })], NOW + 1000);
    expect(names(ended)).toEqual([]);
    expect(names(withReceived(ended, [alert('a')], NOW + 2000))).toEqual([]);
    const again = withReceived(ended, [alert('a', { startsAt: NOW + 5000 })], NOW + 6000);
    expect(again.firing).toMatchObject([{ since: NOW + 6000 }]);
  });

  test('ends when nobody repeats it', () => {
    expect(names(withoutExpired(after(alert('a')), NOW + 239_999))).toEqual(['a']);
    expect(names(withoutExpired(after(alert('a')), NOW + 240_000))).toEqual([]);
  });

  test('is not ended by the end of an earlier firing', () => {
    expect(names(withReceived(after(alert('a')), [alert('a', { firing: false, startsAt: NOW - 9000 })], NOW))).toEqual(['a']);
  });

  test('that matters takes the place of one that does not; else who came first stays', () => {
    const plain = Array.from({ length: MOST_ALERTS }, (_, at) => alert(`plain-${String(at)}`, { annotations: {} }));
    const full = after(...plain);
    const known = withReceived(full, [alert('late', { annotations: {} }), alert('asks')], NOW);
    expect(known.firing).toHaveLength(MOST_ALERTS);
    expect(names(known)).toContain('asks');
    expect(names(known)).not.toContain('late');
    expect(known.refused).toBe(1);
  });
});

describe('an alert that nobody repeated in time', () => {
  const lost = withoutExpired(after(alert('a')), NOW + 240_000);

  test('goes on as the firing that it was when it is heard of again', () => {
    const back = withReceived(lost, [alert('a', { endsAt: NOW + 900_000 })], NOW + 600_000);
    expect(back.firing).toMatchObject([{ fingerprint: 'a', since: NOW }]);
  });

  test('is another firing when it started anew', () => {
    const again = { startsAt: NOW + 400_000, endsAt: NOW + 900_000 };
    expect(withReceived(lost, [alert('a', again)], NOW + 600_000).firing).toMatchObject([{ since: NOW + 600_000 }]);
  });

  test('is over once somebody says so, of that firing', () => {
    const early = withReceived(lost, [alert('a', { firing: false, startsAt: NOW - 9_000 })], NOW + 300_000);
    expect(withReceived(early, [alert('a', { endsAt: NOW + 900_000 })], NOW + 600_000).firing).toMatchObject([{ since: NOW }]);
    const over = withReceived(lost, [alert('a', { firing: false })], NOW + 300_000);
    expect(names(withReceived(over, [alert('a', { endsAt: NOW + 900_000 })], NOW + 600_000))).toEqual([]);
  });

  test('of another operator too, which does not know when it started', () => {
    const record = { alerts: { firing: recordOf(after(alert('a')).firing) } };
    const gone = withoutExpired(recalled(record, NOW + 3_600_000), NOW + 3_600_000 + GRACE_MS);
    expect(names(gone)).toEqual([]);
    const back = withReceived(gone, [alert('a', { endsAt: NOW + 9_000_000 })], NOW + 4_000_000);
    expect(back.firing).toMatchObject([{ since: NOW }]);
  });

  test('is forgotten after a day', () => {
    const day = NOW + 240_000 + 86_400_000;
    expect(withReceived(lost, [alert('a', { endsAt: day + 60_000 })], day).firing).toMatchObject([{ since: day }]);
  });
});

describe('when there is no room', () => {
  const storm = (count: number, annotations: Readonly<Record<string, string>>): readonly ReceivedAlert[] =>
    Array.from({ length: count }, (_, at) => alert(`storm-${String(at).padStart(2, '0')}`, { annotations }));
  const roll = alert('roll', { annotations: {}, labels: { alertname: 'roll', rollingupgrade: 'true' } });
  const disk = alert('disk', { annotations: { command: 'resizePvc' } });
  const isAction = (name: string): boolean => ['upScale', 'resizePvc'].includes(name);
  const add = (known: KnownAlerts, ...batch: readonly ReceivedAlert[]): KnownAlerts => withReceived(known, batch, NOW, isAction);

  test.each([
    ['an action that many ask for', { command: 'upScale' }],
    ['an action that there is not', { command: 'deleteAll' }],
  ])('alerts with %s keep out neither a full disk nor what speaks against a roll', (_, annotations) => {
    const known = add(add(NO_ALERTS, ...storm(MOST_ALERTS, annotations)), roll, disk);
    expect(known.firing).toHaveLength(MOST_ALERTS);
    expect(names(known)).toEqual(expect.arrayContaining(['roll', 'disk', 'storm-00']));
    expect(names(known)).not.toContain('storm-63');
  });

  test('kinds share it evenly in the end, nobody pushes out his own kind, and who is kept out is counted', () => {
    const disks = Array.from({ length: MOST_ALERTS }, (_, at) => alert(`disk-${String(at)}`, { annotations: { command: 'resizePvc' } }));
    const known = add(add(NO_ALERTS, ...storm(MOST_ALERTS, { command: 'upScale' })), ...disks);
    const count = (name: string): number => known.firing.filter(({ annotations }) => annotations['command'] === name).length;
    expect([count('upScale'), count('resizePvc')]).toEqual([32, 32]);
    expect(known.refused).toBe(32);
    expect(names(add(known, ...storm(MOST_ALERTS, { command: 'upScale' }), ...disks))).toEqual(names(known));
  });

  test('who lost his place and gets it again is the firing that he was', () => {
    const known = add(add(NO_ALERTS, ...storm(MOST_ALERTS, { command: 'upScale' })), disk);
    const room = withReceived(known, [{ ...disk, firing: false }], NOW + 60_000, isAction);
    const again = alert('storm-63', { annotations: { command: 'upScale' } });
    const back = withReceived(room, [again], NOW + 120_000, isAction);
    expect(back.firing.find(({ fingerprint }) => fingerprint === 'storm-63')?.since).toBe(NOW);
  });
});

describe('the record in the status', () => {
  test('survives another operator: what fires fires since the same time, until somebody had the time to repeat it', () => {
    const known = after(alert('a'), alert('b', { annotations: {}, labels: { alertname: 'b', big: 'x' } }));
    const later = NOW + 3_600_000;
    const back = recalled({ alerts: { firing: recordOf(known.firing) } }, later);
    expect(back.firing.map(({ fingerprint, since, annotations }) => [fingerprint, since, annotations])).toEqual([
      ['a', NOW, { command: 'upScale' }],
      ['b', NOW, {}],
    ]);
    expect(names(withoutExpired(back, later + GRACE_MS))).toEqual([]);
    expect(names(withReceived(back, [alert('a', { firing: false })], later))).toEqual(['b']);
  });

  test('of an alert that is repeated every minute does not change by that, of a leased one by the hour', () => {
    const first = after(alert('a'), alert('w', { leased: true, endsAt: NOW + 43_100_000 }));
    const repeated = withReceived(
      first,
      [alert('a', { endsAt: NOW + 900_000 }), alert('w', { leased: true, endsAt: NOW + 43_150_000 })],
      NOW,
    );
    expect(recordOf(repeated.firing)).toEqual(recordOf(first.firing));
    expect(recordOf(first.firing)[1]).toMatchObject({ until: '2026-01-01T12:00:00Z' });
    expect(names(recalled({ alerts: { firing: recordOf(first.firing) } }, NOW + 7_200_000))).toEqual(['a', 'w']);
  });
});

const someAlert = fc.record({
  name: fc.constantFrom('a', 'b', 'c'),
  firing: fc.boolean(),
  start: fc.nat(5),
  end: fc.integer({ min: 1, max: 9 }),
});
const received = ({ name, firing, start, end }: { name: string; firing: boolean; start: number; end: number }): ReceivedAlert =>
  alert(name, { firing, startsAt: NOW + start * 1000, endsAt: NOW + end * 60_000 });

describe('whatever is received', () => {
  test('a repeated message changes nothing', () => {
    fc.assert(
      fc.property(fc.array(someAlert, { maxLength: 20 }), (told) => {
        const once = after(...told.map(received));
        expect(signatureOf(withReceived(once, told.map(received).slice(-1), NOW))).toBe(signatureOf(once));
      }),
    );
  });

  test('messages of one firing come to the same in any order', () => {
    const firings = fc.array(fc.record({ name: fc.constantFrom('a', 'b'), over: fc.boolean(), end: fc.integer({ min: 1, max: 9 }) }), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(firings, fc.func(fc.nat()), (told, weight) => {
        const messages = told.map(({ name, over, end }) => received({ name, firing: !over, start: 0, end }));
        const mixed = messages.map((m, at) => ({ m, w: weight(at) })).sort((a, b) => a.w - b.w);
        const inOrder = after(...messages);
        expect([...names(after(...mixed.map(({ m }) => m)))].sort()).toEqual([...names(inOrder)].sort());
      }),
    );
  });

  test('no more are known than may be, and JSON keeps all of it', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(500), { maxLength: 300 }), (numbers) => {
        const known = after(...numbers.map((n) => alert(String(n), n % 3 === 0 ? {} : { annotations: {} })));
        expect(known.firing.length).toBeLessThanOrEqual(MOST_ALERTS);
        expect(JSON.parse(JSON.stringify(known))).toEqual(known);
      }),
    );
  });
});
