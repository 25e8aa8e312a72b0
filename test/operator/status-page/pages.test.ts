import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decide } from '../../../operator/decide/decide';
import { report } from '../../../operator/decide/report';
import type { World } from '../../../operator/decide/world';
import { StatusBoard } from '../../../operator/status-page/board';
import { html } from '../../../operator/status-page/markup';
import { statusRoutes } from '../../../operator/status-page/routes';
import { HttpServer } from '../../../operator/runtime/http-server';
import { clusterFrom } from '../../world/cluster-file';
import { converged, emptyWorld, NOW } from '../../world/makers';

const simple = clusterFrom(readFileSync(join(__dirname, '../../../examples/simple.yaml'), 'utf8'));

function boardOf(world: World): StatusBoard {
  const board = new StatusBoard(() => NOW);
  const plan = decide(simple, world, NOW);
  board.pass('kafka/simple', { cluster: simple, world, plan, status: report(simple, { world, plan, outcomes: [], now: NOW }) }, []);
  return board;
}

const log = { debug: jest.fn(), info: jest.fn(), warn: jest.fn(), error: jest.fn() };

/** Through a real server: the page as a browser gets it. */
async function page(
  board: StatusBoard,
  path: string,
): Promise<{ readonly status: number; readonly text: string; readonly headers: Headers }> {
  const server = new HttpServer({ log: log as never, routes: statusRoutes(board, () => NOW) });
  const port = await server.listen(0, '127.0.0.1');
  try {
    const answer = await fetch(`http://127.0.0.1:${String(port)}${path}`);
    return { status: answer.status, text: await answer.text(), headers: answer.headers };
  } finally {
    await server.close(0);
  }
}

describe('the list of clusters', () => {
  it('says so when there are none', async () => {
    expect((await page(new StatusBoard(() => NOW), '/')).text).toContain('No KafkaCluster was seen yet.');
  });

  it('says what the operator goes on without', async () => {
    const trouble = 'cannot load the alert actions of /actions/<a>.js: broken';
    const { text } = await page(new StatusBoard(() => NOW, [trouble]), '/');
    expect(text).toContain('<li>cannot load the alert actions of /actions/&lt;a&gt;.js: broken</li>');
    expect((await page(new StatusBoard(() => NOW), '/')).text).not.toContain('goes on without');
  });

  it('leads to each cluster and says how it is', async () => {
    const { text } = await page(boardOf(converged(simple)), '/');
    expect(text).toContain('<a href="/cluster?name=kafka%2Fsimple">kafka/simple</a>');
    expect(text).toContain('ClusterRunning, ready');
  });
});

describe('the page of a cluster', () => {
  it('has every node with its roles, state and disks, in its rack', async () => {
    const { text } = await page(boardOf(converged(simple)), '/cluster?name=kafka%2Fsimple');
    for (const node of simple.nodes) expect(text).toContain(`<strong>${node.roles.join(' + ')} ${String(node.id)}</strong>`);
    expect(text.match(/<span class="state">serves<\/span>/g)).toHaveLength(simple.nodes.length);
    expect(text).toContain(`${simple.nodes[0]?.storage[0]?.mountPath ?? ''}: `);
    expect(text).toContain('Nothing is held.');
  });

  it('has what is done next while nothing exists yet', async () => {
    const { text } = await page(boardOf(emptyWorld(simple)), '/cluster?name=kafka%2Fsimple');
    expect(text).toContain('mint a cluster id');
    expect(text).toContain('<span class="state">missing</span>');
  });

  it('is not there for a name that nobody has, which is shown as text', async () => {
    const { status, text } = await page(boardOf(converged(simple)), `/cluster?name=${encodeURIComponent('<script>x</script>')}`);
    expect(status).toBe(404);
    expect(text).not.toContain('<script>x');
    expect(text).toContain('&lt;script&gt;x&lt;/script&gt;');
  });

  it('lets nothing in from elsewhere', async () => {
    const { headers } = await page(boardOf(converged(simple)), '/');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('takes no other method than GET', async () => {
    const server = new HttpServer({ log: log as never, routes: statusRoutes(new StatusBoard(() => NOW), () => NOW) });
    const port = await server.listen(0, '127.0.0.1');
    const answers = await Promise.all(['POST', 'PUT', 'DELETE'].map((method) => fetch(`http://127.0.0.1:${String(port)}/`, { method })));
    await server.close(0);
    expect(answers.map(({ status }) => status)).toEqual([405, 405, 405]);
  });
});

describe('recent decisions', () => {
  const action = {
    kind: 'electLeaders',
    risk: 'safe',
    reasons: [{ code: 'PreferredLeader', message: 'leaders are to be given back' }],
  } as const;
  const world = converged(simple);
  const seen = { cluster: simple, world, plan: { actions: [], held: [], wakeAfter: undefined }, status: {} };

  it('are what was done, the newest first, and never more than fifty', () => {
    const board = new StatusBoard(() => NOW);
    for (let round = 0; round < 60; round += 1) board.pass('a/b', seen, [{ action, result: 'done' }]);
    expect(board.get('a/b')?.decisions).toHaveLength(50);
    expect(board.get('a/b')?.decisions[0]).toMatchObject({
      kind: 'done',
      text: 'elect preferred leaders',
      why: 'leaders are to be given back',
    });
  });

  it('are also what began to be held, and what is held no more', () => {
    const board = new StatusBoard(() => NOW);
    const held = { what: 'restart  node 1', reasons: [{ code: 'OneAtATime', message: 'node 2 goes first' }] } as const;
    board.pass('a/b', { ...seen, plan: { ...seen.plan, held: [held] } }, []);
    board.pass('a/b', { ...seen, plan: { ...seen.plan, held: [held] } }, []);
    board.pass('a/b', seen, []);
    expect(board.get('a/b')?.decisions.map(({ kind, text }) => `${kind} ${text}`)).toEqual([
      'let go restart node 1',
      'held restart node 1',
    ]);
  });

  it('go with their cluster', () => {
    const board = boardOf(world);
    board.forget('kafka/simple');
    expect(board.keys).toEqual([]);
  });
});

test('whatever text is put into a template stays text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const { markup } = html`<p title="${text}">${text}</p>`;
      const inside = markup.slice('<p title="'.length, -'</p>'.length);
      expect(inside.replace('">', '')).not.toMatch(/[<>"']/);
    }),
  );
});
