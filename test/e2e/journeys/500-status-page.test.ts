import { POD } from '../../../operator/kinds';
import { openBrowser, type Page } from '../browser';
import { ensureRunning, podOf, replaced, running, SHARED } from '../cluster';
import { kube, NAMESPACE, until } from '../kubernetes';
import { operatorAddress } from '../operator';

const NAME = SHARED.name;

let address: string;
beforeAll(async () => {
  await ensureRunning(SHARED);
  address = `http://${await operatorAddress()}:8082`;
});

/** What somebody reads, without what the markup is made of. */
const textOf = (page: Page): Promise<string> => page.evaluate<string>('document.getElementById("main").innerText');

/** As a reader of screens meets it. */
const OUTLINE = `({
  language: document.documentElement.lang,
  title: document.title,
  mains: document.querySelectorAll('main').length,
  headings: [...document.querySelectorAll('h1, h2, h3')].map((h) => Number(h.tagName[1])),
  withoutHeader: [...document.querySelectorAll('table')].filter((t) => t.querySelector('th[scope]') === null).length,
  withoutLabel: [...document.querySelectorAll('meter, progress')].filter((m) => m.closest('label') === null).length,
  inline: document.querySelectorAll('[style], [onclick], script:not([src])').length,
})`;

interface Outline {
  readonly language: string;
  readonly title: string;
  readonly mains: number;
  readonly headings: readonly number[];
  readonly withoutHeader: number;
  readonly withoutLabel: number;
  readonly inline: number;
}

const steps = (levels: readonly number[]): readonly number[] => levels.slice(1).map((level, at) => level - (levels[at] ?? 0));

describe('the status page in a browser', () => {
  it('is whole without JavaScript, and leads from the list to a cluster', async () => {
    const page = await openBrowser({ javaScript: false });
    try {
      await page.open(`${address}/`);
      expect(await textOf(page)).toContain(`${NAMESPACE}/${NAME}`);
      const link = await page.evaluate<string>(`[...document.links].find((a) => a.textContent === '${NAMESPACE}/${NAME}').href`);
      await page.open(link);
      const text = await textOf(page);
      for (const id of SHARED.nodes.combined ?? []) expect(text).toMatch(new RegExp(`controller \\+ broker ${String(id)}\\s+serves`));
      expect(text).toMatch(/Rack \S+/);
      expect(text).toContain('/kafka-logs: 1Gi');
    } finally {
      await page.close();
    }
  });

  it('can be read by those who do not see it', async () => {
    const page = await openBrowser({ javaScript: true });
    try {
      for (const path of ['/', `/cluster?name=${NAMESPACE}/${NAME}`]) {
        await page.open(`${address}${path}`);
        const { headings, ...outline } = await page.evaluate<Outline>(OUTLINE);
        expect(outline).toMatchObject({ language: 'en', mains: 1, withoutHeader: 0, withoutLabel: 0, inline: 0 });
        expect(outline.title).not.toBe('');
        expect(headings.filter((level) => level === 1)).toHaveLength(1);
        expect(Math.max(0, ...steps(headings))).toBeLessThanOrEqual(1);
      }
    } finally {
      await page.close();
    }
  });

  it('shows a broker that dies and comes back, by itself', async () => {
    const page = await openBrowser({ javaScript: true });
    try {
      await page.open(`${address}/cluster?name=${NAMESPACE}/${NAME}`);
      await page.evaluate('(window.sameDocument = true)');
      const before = await podOf(NAME, 1);
      await kube.delete({ kind: POD, namespace: NAMESPACE, name: before.metadata.name }, {}, { gracePeriodSeconds: 0 });
      await until(
        'the page shows that broker 1 is away',
        async () => /broker 1\s+(missing|starting|ready|stopping)/.test(await textOf(page)),
        {
          seconds: 30,
        },
      );
      await replaced(NAME, before);
      await running(NAME);
      await until('the page shows that broker 1 serves', async () => /broker 1\s+serves/.test(await textOf(page)), { seconds: 30 });
      expect(await textOf(page)).toMatch(/done: create node 1/);
      expect(await page.evaluate('window.sameDocument')).toBe(true);
    } finally {
      await page.close();
    }
  });
});
