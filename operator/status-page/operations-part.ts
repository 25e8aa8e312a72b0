/** What Cruise Control moves, and how far it is. */
import { isObject } from '../../lib/api/json';
import { operationsIn, type OperationView } from '../decide/operation-view';
import type { World } from '../decide/world';
import { html, type Markup } from './markup';

export function operationsPart(world: World): Markup {
  const operations = operationsIn(world);
  return html`<section aria-labelledby="operations">
    <h2 id="operations">Operations</h2>
    ${
      operations.length === 0
        ? html`<p>No operation of Cruise Control is kept.</p>`
        : html`<ul>
            ${[...operations].reverse().map(operationRow)}
          </ul>`
    }
  </section>`;
}

function operationRow(view: OperationView): Markup {
  const percent = percentOf(view);
  return html`<li>
    <label
      >${view.name}: ${view.operation ?? 'unknown'},
      ${view.state === '' ? 'not begun' : view.state}${view.error !== '' && `, ${view.error}`}
      ${percent !== undefined && html`<progress max="100" value="${percent}">${percent} %</progress> ${percent} %`}</label
    >
  </li>`;
}

function percentOf({ object, state }: OperationView): number | undefined {
  if (state === 'Completed') return 100;
  const progress = isObject(object.status) ? object.status.progress : undefined;
  return isObject(progress) && typeof progress.percent === 'number' ? progress.percent : undefined;
}
