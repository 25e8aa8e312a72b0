/** Which alerts fire, and what became of those that asked for an action. */
import type { AlertDecision, AlertsStatus } from '../decide/alerts/alerts-view';
import type { ClusterBoard } from './board';
import { html, type Markup } from './markup';

type Firing = NonNullable<AlertsStatus['firing']>[number];

export function alertsPart({ status }: Pick<ClusterBoard, 'status'>): Markup {
  const { firing = [], decisions = [] } = status.alerts ?? {};
  return html`<section aria-labelledby="alerts">
    <h2 id="alerts">Alerts</h2>
    ${
      firing.length === 0
        ? html`<p>No alert fires.</p>`
        : html`<ul>
            ${firing.map(firingRow)}
          </ul>`
    }
    <h3>What alerts asked for</h3>
    ${decisions.length === 0 ? html`<p>No alert has asked for an action.</p>` : decisionTable(decisions)}
  </section>`;
}

const firingRow = ({ alert, since, annotations, labels }: Firing): Markup =>
  html`<li>
    <b>${alert}</b> since
    <time datetime="${since}">${since}</time>${annotations?.command !== undefined && html`, asks for <code>${annotations.command}</code>`}${
      labels?.rollingupgrade !== undefined && ', counts against a roll'
    }
  </li>`;

/** The newest first. */
const decisionTable = (decisions: readonly AlertDecision[]): Markup =>
  html`<table>
    <thead>
      <tr>
        <th scope="col">Time</th>
        <th scope="col">Alert</th>
        <th scope="col">Action</th>
        <th scope="col">Outcome</th>
        <th scope="col">Reason</th>
        <th scope="col">Message</th>
      </tr>
    </thead>
    <tbody>
      ${[...decisions].reverse().map(decisionRow)}
    </tbody>
  </table>`;

const decisionRow = ({ time, alert, action, outcome, reason, message }: AlertDecision): Markup =>
  html`<tr>
    <td><time datetime="${time}">${time}</time></td>
    <th scope="row">${alert}</th>
    <td>${action}</td>
    <td>${outcome}</td>
    <td>${reason}</td>
    <td>${message}</td>
  </tr>`;
