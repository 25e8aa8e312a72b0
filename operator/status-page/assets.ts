/** What the pages bring along: no framework, nothing from elsewhere, nothing inline (the policy of content forbids it). */

export const STYLE = `:root { color-scheme: light dark; --line: #8886; }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 75rem; padding: 1rem; }
header { display: flex; justify-content: space-between; border-bottom: 1px solid var(--line); padding-bottom: .5rem; }
.skip { position: absolute; left: -100rem; } .skip:focus { left: 1rem; }
table { border-collapse: collapse; width: 100%; } th, td { border: 1px solid var(--line); padding: .25rem .5rem; text-align: left; vertical-align: top; }
caption { text-align: left; padding: .25rem 0; }
.nodes { display: grid; gap: .5rem; grid-template-columns: repeat(auto-fill, minmax(16rem, 1fr)); list-style: none; padding: 0; }
.node { border: 1px solid var(--line); border-left-width: .5rem; border-radius: .25rem; padding: .5rem; }
.serves { border-left-color: #2a7d2e; } .ready, .starting, .stopping { border-left-color: #b36b00; } .missing { border-left-color: #b3261e; }
.disks { padding-left: 1rem; } meter, progress { width: 8rem; }
li { overflow-wrap: anywhere; }
`;

/**
 * Fetches the page again every five seconds while it is looked at. Only that nobody answers is spoken by a screen reader, once: the time
 * in the head changes all the while.
 */
export const SCRIPT = `'use strict';
const live = document.getElementById('live');
const lost = document.getElementById('lost');
function say(text) {
  if (lost.textContent !== text) lost.textContent = text;
}
async function refresh() {
  if (document.hidden) return;
  try {
    const answer = await fetch(location.href, { headers: { accept: 'text/html' } });
    const next = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const main = document.getElementById('main');
    const fresh = next.getElementById('main');
    if (fresh !== null && fresh.innerHTML !== main.innerHTML) main.innerHTML = fresh.innerHTML;
    live.textContent = next.getElementById('live').textContent;
    say('');
  } catch {
    say('the operator does not answer; this is what it said last');
  }
}
setInterval(refresh, 5000);
`;
