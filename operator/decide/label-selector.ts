/** Label selectors as Kubernetes matches them (metav1.LabelSelector). */
import type { ResolvedLabelSelector } from '../../lib/api/resolved-cluster';

type Expression = ResolvedLabelSelector['matchExpressions'][number];
type Labels = Readonly<Record<string, string>>;

/**
 * No selector selects nothing, and an empty one everything. An expression that Kubernetes would refuse (an operator that does
 * not exist, values missing or given in vain) selects nothing: what is restarted by it must not depend on a guess.
 */
export function selects(selector: ResolvedLabelSelector | undefined, labels: Labels): boolean {
  if (selector === undefined) return false;
  const equal = Object.entries(selector.matchLabels).every(([key, value]) => labels[key] === value);
  return equal && selector.matchExpressions.every((expression) => holds(expression, labels[expression.key]));
}

function holds({ operator, values }: Expression, value: string | undefined): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return values.length > 0 && (value === undefined || !values.includes(value));
    case 'Exists':
      return values.length === 0 && value !== undefined;
    case 'DoesNotExist':
      return values.length === 0 && value === undefined;
    default:
      return false;
  }
}
