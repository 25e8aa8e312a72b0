import fc from 'fast-check';
import { SharedTexts } from '../../../operator/runtime/shared-texts';

test('whatever was parsed says the same afterwards, also when more texts came than are remembered', () => {
  const texts = new SharedTexts();
  fc.assert(
    fc.property(fc.json({ maxDepth: 4 }), fc.nat({ max: 5_000 }), (json, others) => {
      for (let i = 0; i < others; i += 1) texts.of(`another ${String(i)}`);
      expect(texts.within(JSON.parse(json))).toEqual(JSON.parse(json));
    }),
    { numRuns: 100 },
  );
});

test('long texts stay what they are', () => {
  const long = 'x'.repeat(10_000);
  expect(new SharedTexts().within({ long, list: [long, null, 1, true] })).toEqual({ long, list: [long, null, 1, true] });
});
