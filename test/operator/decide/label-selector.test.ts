import { selects } from '../../../operator/decide/label-selector';

const labels = { disk: 'bad', team: 'a' };
const one = (key: string, operator: string, ...values: string[]) => ({ matchLabels: {}, matchExpressions: [{ key, operator, values }] });

test.each([
  ['no selector selects nothing', undefined, false],
  ['an empty selector selects everything', { matchLabels: {}, matchExpressions: [] }, true],
  ['every label of matchLabels must be there', { matchLabels: { disk: 'bad', team: 'a' }, matchExpressions: [] }, true],
  ['one label of matchLabels that differs is enough to refuse', { matchLabels: { disk: 'bad', team: 'b' }, matchExpressions: [] }, false],
  ['In: the value is among them', one('disk', 'In', 'worn', 'bad'), true],
  ['In: the value is not among them', one('disk', 'In', 'worn'), false],
  ['In: the label is missing', one('rack', 'In', 'a'), false],
  ['NotIn: the value is not among them', one('disk', 'NotIn', 'worn'), true],
  ['NotIn: the value is among them', one('disk', 'NotIn', 'bad'), false],
  ['NotIn: a missing label is not among them', one('rack', 'NotIn', 'a'), true],
  ['NotIn without values is refused by Kubernetes and selects nothing', one('disk', 'NotIn'), false],
  ['Exists: the label is there', one('disk', 'Exists'), true],
  ['Exists: the label is missing', one('rack', 'Exists'), false],
  ['Exists with values is refused by Kubernetes and selects nothing', one('disk', 'Exists', 'bad'), false],
  ['DoesNotExist: the label is missing', one('rack', 'DoesNotExist'), true],
  ['DoesNotExist: the label is there', one('disk', 'DoesNotExist'), false],
  ['an operator that nobody knows selects nothing', one('disk', 'Gt', '1'), false],
  ['labels and expressions must both hold', { ...one('disk', 'Exists'), matchLabels: { team: 'b' } }, false],
])('%s', (_sentence, selector, expected) => {
  expect(selects(selector, labels)).toBe(expected);
});
