/** What is done next, what lies ahead, and what is held and why. */
import { because, describe } from '../decide/explain';
import { durationText, waveText } from '../decide/preview';
import type { ClusterBoard } from './board';
import { plain } from './board';
import { html, type Markup } from './markup';

export const planPart = ({ plan }: ClusterBoard): Markup =>
  html`<section aria-labelledby="plan">
    <h2 id="plan">Plan</h2>
    ${
      plan.actions.length === 0
        ? html`<p>Nothing is to be done now.</p>`
        : html`<ol>
            ${plan.actions.map((action) => html`<li>${plain(describe(action))} (${because(action.reasons)})</li>`)}
          </ol>`
    }
    ${
      plan.preview !== undefined &&
      html`<h3>What lies ahead</h3>
        <p>
          ${durationText(plan.preview)}${plan.preview.approval !== undefined && html`; its hash is <code>${plan.preview.approval.hash}</code>`}
        </p>
        <ol>
          ${plan.preview.waves.map((wave) => html`<li>${plain(waveText(wave))}</li>`)}
        </ol>`
    }
    <h3>Held</h3>
    ${
      plan.held.length === 0
        ? html`<p>Nothing is held.</p>`
        : html`<ul>
            ${plan.held.map((held) => html`<li>${plain(held.what)}: ${because(held.reasons)}</li>`)}
          </ul>`
    }
  </section>`;
