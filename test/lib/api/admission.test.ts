import { refusals } from './admission';
import { ruleCases } from './rule-cases';
import { spec } from './specs';

describe('at apply', () => {
  test.each(ruleCases.filter(({ says }) => says === undefined).map((one) => [one.name, one] as const))('%s', (_name, one) => {
    expect(refusals(one.spec, one.old)).toEqual([]);
  });

  test.each(ruleCases.filter(({ says }) => says !== undefined).map((one) => [one.name, one] as const))('%s', (_name, one) => {
    expect(refusals(one.spec, one.old).join('\n')).toContain(one.says);
  });

  test.each(['Kafka', '0kafka', 'kafka.prod', 'k'.repeat(44), 'kafka-'])(
    'refuses the cluster name %s, after which Services are named',
    (name) => {
      expect(refusals(spec(), undefined, name).join()).toContain('names of Services');
    },
  );

  test('accepts a name of 43 characters', () => {
    expect(refusals(spec(), undefined, 'k'.repeat(43))).toEqual([]);
  });
});
