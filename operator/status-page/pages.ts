/**
 * The pages as they are sent: whole without JavaScript, with a heading for each part, words where colours would do, and one script
 * that fetches the page again and puts the new middle in.
 */
import type { Condition } from '../decide/world';
import { alertsPart } from './alerts-part';
import type { ClusterBoard, Decision } from './board';
import { plain } from './board';
import { html, type Markup } from './markup';
import { picture } from './node-cards';
import { operationsPart } from './operations-part';
import { planPart } from './plan-part';

interface Page {
  readonly title: string;
  readonly body: Markup;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

const document = ({ title, body, now }: Page): string =>
  `<!doctype html>\n${
    html`<html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <link rel="stylesheet" href="/status.css" />
        <script src="/status.js" defer></script>
      </head>
      <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header><a href="/">Kafka clusters</a> <span id="live">as of ${isoTime(now)}</span> <b id="lost" role="status"></b></header>
        <main id="main">${body}</main>
      </body>
    </html>`.markup
  }\n`;

export interface IndexContent {
  readonly boards: readonly (readonly [string, ClusterBoard])[];
  readonly troubles: readonly string[];
}

export function indexPage({ boards, troubles }: IndexContent, now: number): string {
  const body = html`<h1>Kafka clusters</h1>
    ${boards.length === 0 ? html`<p>No KafkaCluster was seen yet.</p>` : clusterTable(boards)}
    ${troubles.length > 0 && troublesPart(troubles)}`;
  return document({ title: 'Kafka clusters', body, now });
}

const clusterTable = (boards: readonly (readonly [string, ClusterBoard])[]): Markup =>
  html`<table>
    <caption>
      Every KafkaCluster that this operator looks after
    </caption>
    <thead>
      <tr>
        <th scope="col">Cluster</th>
        <th scope="col">State</th>
        <th scope="col">Nodes ready</th>
        <th scope="col">Kafka</th>
        <th scope="col">Held</th>
        <th scope="col">Alerts</th>
      </tr>
    </thead>
    <tbody>
      ${boards.map(([key, board]) => clusterRow(key, board))}
    </tbody>
  </table>`;

const clusterRow = (key: string, { status, plan }: ClusterBoard): Markup =>
  html`<tr>
    <th scope="row"><a href="/cluster?name=${encodeURIComponent(key)}">${key}</a></th>
    <td>${stateOf(status.state, status.conditions ?? [])}</td>
    <td>${status.brokers ?? '-'}</td>
    <td>${status.kafkaVersion ?? '-'}</td>
    <td>${plan.held.length}</td>
    <td>${status.alertCount ?? 0}</td>
  </tr>`;

const troublesPart = (troubles: readonly string[]): Markup =>
  html`<section aria-labelledby="troubles">
    <h2 id="troubles">What this operator goes on without</h2>
    <ul>
      ${troubles.map((trouble) => html`<li>${trouble}</li>`)}
    </ul>
  </section>`;

const stateOf = (state: string | undefined, conditions: readonly Condition[]): string => {
  const ready = conditions.find(({ type }) => type === 'Ready');
  return `${state ?? 'new'}${ready === undefined ? '' : ready.status === 'True' ? ', ready' : `, not ready: ${ready.reason}`}`;
};

export function clusterPage(key: string, board: ClusterBoard, now: number): string {
  const { cluster, world, status } = board;
  const body = html`<h1>${key}</h1>
    <p>
      ${stateOf(status.state, status.conditions ?? [])}. Kafka ${status.kafkaVersion ?? 'of unknown version'}, cluster id
      ${status.clusterID ?? 'none yet'}. Last pass ${isoTime(board.at)}.
    </p>
    ${conditionsPart(status.conditions ?? [])} ${cluster !== undefined && picture(cluster, world)} ${planPart(board)}
    ${operationsPart(world)} ${alertsPart(board)} ${decisionsPart(board.decisions)}`;
  return document({ title: `${key}: Kafka cluster`, body, now });
}

const conditionsPart = (conditions: readonly Condition[]): Markup =>
  html`<section aria-labelledby="conditions">
    <h2 id="conditions">Conditions</h2>
    <table>
      <thead>
        <tr>
          <th scope="col">Condition</th>
          <th scope="col">Status</th>
          <th scope="col">Reason</th>
          <th scope="col">Message</th>
        </tr>
      </thead>
      <tbody>
        ${conditions.map(
          ({ type, status, reason, message }) =>
            html`<tr>
              <th scope="row">${type}</th>
              <td>${status}</td>
              <td>${reason}</td>
              <td>${message}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`;

const decisionsPart = (decisions: readonly Decision[]): Markup =>
  html`<section aria-labelledby="decisions">
    <h2 id="decisions">Recent decisions</h2>
    ${
      decisions.length === 0
        ? html`<p>Nothing was decided since this operator began to lead.</p>`
        : html`<ol class="decisions">
            ${decisions.map(
              ({ at, kind, text, why }) =>
                html`<li><time datetime="${isoTime(at)}">${isoTime(at)}</time> <b>${kind}</b>: ${plain(text)} (${why})</li>`,
            )}
          </ol>`
    }
  </section>`;

export const unknownPage = (key: string, now: number): string =>
  document({
    title: 'No such cluster',
    now,
    body: html`<h1>No such cluster</h1>
      <p>There is no KafkaCluster ${key} here.</p>`,
  });

/** For example `2026-03-01T12:00:00Z`. */
const isoTime = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;
