import fc from 'fast-check';
import type { KubeObject } from '../../../operator/runtime/kube-types';
import { object, versionIn, watched } from './watched-store';

describe('a store under any order of writes, echoes and lists', () => {
  /** One object; each step is a write by us or by others; we record our answers, the watch follows at some distance. */
  const step = fc.record({ by: fc.constantFrom('us', 'others'), deliver: fc.nat({ max: 3 }) });

  it('ends with the latest version, and everything that others did last is told after it happened', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 30 }), (steps) => {
        const { store, all } = watched();
        const versions: KubeObject[] = [];
        let delivered = 0;
        let told = 0;
        store.onEvent(() => (told = Number(all.at(-1)?.object.metadata.resourceVersion ?? 0)));
        const deliver = (count: number): void => {
          for (const one of versions.slice(delivered, delivered + count)) store.observe(one);
          delivered = Math.min(versions.length, delivered + count);
        };
        let ours: number | undefined;
        let last = 0;
        steps.forEach(({ by, deliver: count }, index) => {
          const version = index + 1;
          if (by === 'us') ours = index;
          else last = version;
          const written = object(version, { ours, others: last > 0 });
          versions.push(written);
          if (by === 'us') store.record(written);
          deliver(count);
        });
        deliver(versions.length);
        expect(versionIn(store)).toBe(String(steps.length));
        expect(told).toBeGreaterThanOrEqual(last);
        // One more is allowed: of an object that others made and that we wrote before we ever saw it, nobody can say who made which version.
        expect(all.length).toBeLessThanOrEqual(steps.filter(({ by }) => by === 'others').length + 1);
      }),
      { numRuns: 300 },
    );
  });

  /** What the watch shows comes in order; answers to our writes come at any time after the write, also after the end. */
  const answered = fc.record({ by: fc.constantFrom('us', 'others'), late: fc.nat({ max: 6 }), deliver: fc.nat({ max: 3 }) });

  it('holds nothing that has ended, and everything that has not, however late the answers come', () => {
    fc.assert(
      fc.property(fc.array(answered, { minLength: 1, maxLength: 20 }), fc.boolean(), (steps, ends) => {
        const { store } = watched();
        const shown = steps.map(({ by }, index) => object(index + 1, by === 'us' ? { ours: index } : { others: true }));
        let delivered = 0;
        const deliver = (count: number): void => {
          const end = Math.min(delivered + count, shown.length);
          for (; delivered < end; delivered += 1) store.observe(shown[delivered] as KubeObject);
        };
        const answers = steps.flatMap(({ by, late }, index) =>
          by === 'us' ? [{ at: index + late, object: shown[index] as KubeObject }] : [],
        );
        steps.forEach(({ deliver: count }, now) => {
          for (const answer of answers) if (answer.at === now) store.record(answer.object);
          deliver(Math.min(count, now + 1 - delivered));
        });
        deliver(shown.length);
        if (ends) store.vanish(object(shown.length + 1));
        for (const answer of answers) if (answer.at >= steps.length) store.record(answer.object);
        expect(versionIn(store)).toBe(ends ? undefined : String(shown.length));
      }),
      { numRuns: 300 },
    );
  });
});
