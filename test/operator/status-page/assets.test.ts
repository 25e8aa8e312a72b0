/** The script of the pages, with a document that has as much as it asks for. */
import { runInNewContext } from 'node:vm';
import { SCRIPT } from '../../../operator/status-page/assets';
import { StatusBoard } from '../../../operator/status-page/board';
import { statusRoutes } from '../../../operator/status-page/routes';
import type { ServerAnswer, ServerRequest } from '../../../operator/runtime/http-server';

class Element {
  readonly written: string[] = [];
  #text = '';
  innerHTML = '';

  get textContent(): string {
    return this.#text;
  }

  set textContent(text: string) {
    this.written.push(text);
    this.#text = text;
  }
}

const elements = () => ({ live: new Element(), lost: new Element(), main: new Element() });
type Elements = ReturnType<typeof elements>;
const asDocument = (of: Elements) => ({ hidden: false, getElementById: (id: keyof Elements) => of[id] });

/** Each answer is the time on the page that is fetched; undefined: nobody answers. */
async function played(answers: readonly (string | undefined)[]): Promise<Elements> {
  const here = elements();
  let refresh = (): Promise<void> => Promise.resolve();
  let at = -1;
  class DOMParser {
    parseFromString(text: string) {
      const there = elements();
      there.live.textContent = text;
      return asDocument(there);
    }
  }
  const fetch = () => {
    const text = answers[at];
    return text === undefined ? Promise.reject(new Error('refused')) : Promise.resolve({ text: () => Promise.resolve(text) });
  };
  const setInterval = (run: typeof refresh) => void (refresh = run);
  runInNewContext(SCRIPT, { document: asDocument(here), location: { href: '/' }, fetch, DOMParser, setInterval });
  for (at = 0; at < answers.length; at += 1) await refresh();
  return here;
}

test('the time moves on in silence: a screen reader is told nothing while the operator answers', async () => {
  const { live, lost } = await played(['as of 1', 'as of 2', 'as of 3']);
  expect([live.textContent, lost.written]).toEqual(['as of 3', []]);
});

test('that nobody answers is said once, and taken back once', async () => {
  const { live, lost } = await played(['as of 1', undefined, undefined, undefined, 'as of 5', 'as of 6']);
  expect(lost.written).toEqual(['the operator does not answer; this is what it said last', '']);
  expect(live.textContent).toBe('as of 6');
});

test('only that message is a live region of the page', async () => {
  const { body } = (await statusRoutes(new StatusBoard(() => 0), () => 0)['GET /']?.({} as ServerRequest)) as ServerAnswer;
  expect(body.match(/<[^>]* role="status"[^>]*>[^<]*/gu)).toEqual(['<b id="lost" role="status">']);
  expect(body).toContain('<span id="live">as of 1970-01-01T00:00:00Z</span>');
});
