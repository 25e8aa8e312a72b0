import http from 'node:http';
import type { AddressInfo } from 'node:net';
import net from 'node:net';
import { healthRoutes } from '../../../operator/runtime/health';
import type { HealthView } from '../../../operator/runtime/health';
import { HttpServer } from '../../../operator/runtime/http-server';
import type { Routes, ServerOptions } from '../../../operator/runtime/http-server';
import { silentLogger } from '../../../operator/runtime/log';
import { createMetrics } from '../../../operator/runtime/metrics';

// Real sockets: on a busy machine everything takes longer.
jest.setTimeout(20_000);

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly type: string | undefined;
}

function ask(port: number, path: string, how: { method?: string; body?: string } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.request({ port, path, host: '127.0.0.1', method: how.method ?? 'GET', agent: false }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, body, type: response.headers['content-type'] });
      });
    });
    request.on('error', reject).end(how.body);
  });
}

describe('the HTTP server', () => {
  let server: HttpServer | undefined;

  afterEach(async () => {
    await server?.close(50);
    server = undefined;
  });

  const serve = async (routes: Routes, options: Partial<ServerOptions> = {}): Promise<number> => {
    server = new HttpServer({ routes, log: silentLogger, ...options });
    return server.listen(0, '127.0.0.1');
  };

  it('answers exact routes, with query and body', async () => {
    const port = await serve({
      'GET /x': ({ query }) => ({ status: 200, body: query.get('q') ?? '' }),
      'POST /x': ({ body }) => ({ status: 202, contentType: 'application/json', body: body.toString().toUpperCase() }),
    });
    expect(await ask(port, '/x?q=1')).toEqual({ status: 200, body: '1', type: 'text/plain; charset=utf-8' });
    expect(await ask(port, '/x', { method: 'POST', body: '{"a":1}' })).toEqual({ status: 202, body: '{"A":1}', type: 'application/json' });
  });

  it.each([
    ['an unknown path', '/y', 'GET', 404],
    ['an unknown method', '/x', 'DELETE', 405],
    ['a body that is too large', '/x', 'POST', 413],
    ['a handler that throws', '/broken', 'GET', 500],
    ['a path that is none', '//', 'POST', 404],
    ['an address that is none', 'http://[', 'GET', 404],
  ])('refuses %s', async (_, path, method, status) => {
    const routes: Routes = {
      'POST /x': () => ({ status: 200, body: '' }),
      'GET /broken': () => {
        throw new Error('secret detail');
      },
    };
    const port = await serve(routes, { bodyLimit: 10 });
    const answer = await ask(port, path, { method, ...(status === 413 && { body: 'x'.repeat(11) }) });
    expect(answer.status).toBe(status);
    expect(answer.body).not.toContain('secret');
  });

  it('writes no line for a path that is none: anybody can send one', async () => {
    const error = jest.fn();
    const port = await serve({}, { log: { ...silentLogger, error } });
    await ask(port, '//', { method: 'POST' });
    expect(error).not.toHaveBeenCalled();
  });

  it('says what to do when its port is taken', async () => {
    const blocker = net.createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => blocker.once('listening', resolve));
    const { port } = blocker.address() as AddressInfo;
    const other = new HttpServer({ routes: {}, log: silentLogger });
    await expect(other.listen(port, '127.0.0.1')).rejects.toThrow(`cannot listen on port ${String(port)}`);
    blocker.close();
  });

  it('closes although a client holds a request open', async () => {
    const port = await serve({ 'GET /x': () => new Promise(() => undefined) });
    const waiting = ask(port, '/x').catch(() => 'cut');
    await new Promise((resolve) => setTimeout(resolve, 20));
    await server?.close(20);
    expect(await waiting).toBe('cut');
  });

  describe('health', () => {
    const view = (change: Partial<HealthView>): HealthView => ({ stopped: false, role: 'leading', stores: { pods: true }, ...change });

    it.each([
      ['leads', view({}), [200, 200], { ready: true, role: 'leading', waitingFor: [] }],
      ['stands by', view({ role: 'standing by' }), [200, 200], { ready: true, role: 'standing by', waitingFor: [] }],
      [
        'waits for a list',
        view({ stores: { pods: false, nodes: true } }),
        [200, 503],
        { ready: false, role: 'leading', waitingFor: ['pods'] },
      ],
      ['lost its leadership', view({ role: 'lost' }), [503, 503], { ready: false, role: 'lost', waitingFor: [] }],
      ['was stopped', view({ stopped: true }), [503, 503], { ready: false, role: 'leading', waitingFor: [] }],
    ])('of an instance that %s', async (_, current, statuses, body) => {
      const port = await serve(healthRoutes(() => current));
      const [healthz, readyz] = [await ask(port, '/healthz'), await ask(port, '/readyz')];
      expect([healthz.status, readyz.status]).toEqual(statuses);
      expect(JSON.parse(readyz.body)).toEqual(body);
    });

    it('shows the metrics of the runtime', async () => {
      const metrics = createMetrics({ process: false });
      metrics.request({ verb: 'apply', resource: 'pods', code: '200', seconds: 0.02 });
      metrics.watchRestart('pods', 'expired');
      metrics.queue.depth('clusters', 3);
      metrics.queue.waited('clusters', 0.2);
      metrics.queue.ran('clusters', 0.2, 'failed');
      metrics.leader(true);
      const port = await serve(healthRoutes(() => view({}), metrics));
      const { body, type } = await ask(port, '/metrics');
      expect(type).toContain('text/plain');
      for (const line of [
        'kafka_operator_requests_total{verb="apply",resource="pods",code="200"} 1',
        'kafka_operator_request_seconds_count{verb="apply"} 1',
        'kafka_operator_watch_restarts_total{resource="pods",reason="expired"} 1',
        'kafka_operator_queue_depth{queue="clusters"} 3',
        'kafka_operator_queue_wait_seconds_count{queue="clusters"} 1',
        'kafka_operator_queue_run_seconds_count{queue="clusters",result="failed"} 1',
        'kafka_operator_leader 1',
      ]) {
        expect(body).toContain(line);
      }
    });

    it('counts the process by default, and two registries do not disturb each other', async () => {
      const [one, two] = [createMetrics(), createMetrics()];
      one.leader(true);
      expect((await one.render()).text).toContain('kafka_operator_process_resident_memory_bytes');
      expect((await two.render()).text).toContain('kafka_operator_leader 0');
    });
  });
});
