import { sleep, systemClock } from '../../../operator/runtime/clock';
import { FakeClock, settle } from '../../runtime/fake-clock';

describe('sleep', () => {
  it('ends after its time', async () => {
    const clock = new FakeClock();
    let awake = false;
    void sleep(clock, 100).then(() => (awake = true));
    await clock.advance(99);
    expect(awake).toBe(false);
    await clock.advance(1);
    expect(awake).toBe(true);
  });

  it('ends at once when it is aborted, before or meanwhile, and leaves no timer', async () => {
    const clock = new FakeClock();
    const controller = new AbortController();
    const sleeping = sleep(clock, 100, controller.signal);
    controller.abort();
    await sleeping;
    await sleep(clock, 100, controller.signal);
    await settle();
    expect(clock.pending).toBe(0);
  });

  it('works on the clock of the system', async () => {
    const start = systemClock.now();
    await sleep(systemClock, 15);
    expect(systemClock.now() - start).toBeGreaterThanOrEqual(14);
    let ran = false;
    systemClock.after(1, () => (ran = true)).cancel();
    await sleep(systemClock, 10);
    expect(ran).toBe(false);
  });
});
