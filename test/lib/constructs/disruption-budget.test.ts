import { budgetBound, disruptionBudgets } from '../../../lib/constructs/disruption-budget';
import { at, broker, cluster, DEDICATED } from './small-cluster';

const budgets = (brokers: readonly object[], allowed: number, disruptionBudget: object = { create: true }) =>
  disruptionBudgets(cluster(brokers as never, { disruptionBudget }), allowed);
const texts = (...args: Parameters<typeof budgets>) =>
  budgets(...args).map((budget) => `${budget.metadata.name} ${String(at(budget, 'spec.minAvailable'))}`);

describe('disruption budgets', () => {
  test.each([
    ['one node of each kind while the cluster could spare one', 1, {}, ['orders-pdb 2', 'orders-controller-pdb 2']],
    ['none while it could not', 0, {}, ['orders-pdb 3', 'orders-controller-pdb 3']],
    ['one at most, however many could be spared', 5, { budget: '3' }, ['orders-pdb 2', 'orders-controller-pdb 2']],
    ['one of three at 20%', 1, { budget: '20%' }, ['orders-pdb 2', 'orders-controller-pdb 2']],
    ['no broker where the spec says none', 1, { budget: '0' }, ['orders-pdb 3', 'orders-controller-pdb 2']],
  ])('let go: %s', (_name, allowed, budget, expected) => {
    expect(texts(DEDICATED, allowed, { create: true, ...budget })).toEqual(expected);
  });

  test('count Pods that must stay: Kubernetes cannot work out a maxUnavailable for Pods like these', () => {
    expect(budgets(DEDICATED, 1).map((budget) => at(budget, 'spec.maxUnavailable'))).toEqual([undefined, undefined]);
  });

  test('are made only when asked for', () => {
    expect(texts(DEDICATED, 1, { create: false })).toEqual([]);
  });

  test('never select a Pod twice: the API server evicts no Pod of two budgets', () => {
    expect(
      texts(
        [0, 1, 2].map((id) => broker(id, ['broker', 'controller'])),
        1,
      ),
    ).toEqual(['orders-pdb 2']);
    const mixed = budgets([broker(0, ['broker', 'controller']), broker(1, ['controller']), broker(2, ['broker'])], 1);
    expect(mixed.map((budget) => at(budget, 'spec.minAvailable'))).toEqual([1, 0]);
    const selected = mixed.map((budget) => at(budget, 'spec.selector.matchLabels').isBrokerNode);
    expect(selected).toEqual(['true', 'false']);
  });
});

describe('the bound of the spec', () => {
  test.each([
    ['1', 3, 1],
    ['2', 3, 2],
    ['20%', 3, 1],
    ['50%', 6, 3],
    ['34%', 6, 2],
    ['100%', 4, 4],
    ['0', 3, 0],
    ['0%', 3, 0],
    ['', 3, 1],
  ])('%j of %i is %i', (text, nodes, expected) => {
    expect(budgetBound(text, nodes)).toBe(expected);
  });
});
