/** The receiver with certificates: who shows one of the CA may send, nobody else. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AlertBook } from '../../../operator/alerts/alert-book';
import { alertServer, type AlertServerOptions } from '../../../operator/alerts/alert-server';
import { createLogger } from '../../../operator/runtime/log';
import { testAuthority, type Issued, type TestAuthority } from '../../tls/authority';

let folder = '';
let authority: TestAuthority;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'alert-tls-'));
  authority = await testAuthority();
  const { cert, key } = await authority.issue('receiver');
  for (const [name, text] of Object.entries({ 'tls.crt': cert, 'tls.key': key, 'ca.crt': authority.ca }))
    writeFileSync(join(folder, name), text);
  writeFileSync(join(folder, 'token'), 'a-token-of-sixteen-or-more');
});

afterAll(() => rmSync(folder, { recursive: true }));

const book = new AlertBook({ locate: () => 'kafka/orders', recorded: () => undefined, wake: () => undefined, now: () => Date.now() });

const options = (more: Partial<AlertServerOptions>): AlertServerOptions => ({
  log: createLogger({ level: 'error', write: () => undefined }),
  auth: 'mtls',
  tokenFile: '',
  tlsDir: folder,
  book: () => book,
  leads: () => true,
  now: () => Date.now(),
  startedAt: Date.now(),
  version: '1.2.3',
  count: () => undefined,
  ...more,
});

/** The status of the answer; the error's code where there is none. */
function sent(
  port: number,
  ca: string,
  { client, token }: { readonly client?: Issued; readonly token?: string } = {},
): Promise<number | string> {
  return new Promise((resolve) => {
    const shown = client === undefined ? {} : { cert: client.cert, key: client.key };
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const agent = new Agent({ ca, ...shown });
    const asked = request({ host: '127.0.0.1', port, method: 'POST', path: '/api/v2/alerts', headers, agent }, (answer) => {
      answer.resume();
      answer.on('end', () => resolve(answer.statusCode ?? 0));
    });
    asked.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    asked.end('[]');
  });
}

async function withServer(more: Partial<AlertServerOptions>, use: (port: number) => Promise<void>): Promise<void> {
  const server = alertServer(options(more));
  const port = await server.listen(0, '127.0.0.1');
  try {
    await use(port);
  } finally {
    await server.close(0);
  }
}

it('takes alerts of who shows a certificate of the CA', () =>
  withServer({}, async (port) => expect(await sent(port, authority.ca, { client: await authority.issue('prometheus') })).toBe(202)));

it('refuses who shows none, one of another CA, or one that has ended', () =>
  withServer({}, async (port) => {
    const stranger = await (await testAuthority('CN=other ca')).issue('prometheus');
    const ended = await authority.issue('prometheus', [], 'ended');
    const answers = [
      await sent(port, authority.ca),
      await sent(port, authority.ca, { client: stranger }),
      await sent(port, authority.ca, { client: ended }),
    ];
    for (const answer of answers) expect(typeof answer).toBe('string');
  }));

it('with TLS and a token asks for the token, and for no certificate', () =>
  withServer({ auth: 'token', tokenFile: join(folder, 'token') }, async (port) => {
    expect(await sent(port, authority.ca)).toBe(401);
    expect(await sent(port, authority.ca, { token: 'a-token-of-sixteen-or-more' })).toBe(202);
  }));

it.each<[string, Partial<AlertServerOptions>, RegExp]>([
  ['certificates', { tlsDir: '/nowhere' }, /^cannot receive alerts: \/nowhere lacks tls.key, tls.crt or ca.crt$/],
  ['a token', { auth: 'token', tokenFile: '/nowhere/token' }, /ENOENT/],
])('does not begin without %s', (_, more, why) => expect(() => alertServer(options(more))).toThrow(why));

describe('while it runs', () => {
  let mounted = '';
  let said: string[] = [];
  const put = (files: Readonly<Record<string, string>>): void => {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(mounted, name), text);
  };
  const mount = async (of: TestAuthority): Promise<void> => {
    const { cert, key } = await of.issue('receiver');
    put({ 'tls.crt': cert, 'tls.key': key, 'ca.crt': of.ca });
  };
  const fresh = (): Partial<AlertServerOptions> => ({
    tlsDir: mounted,
    rereadMs: 20,
    log: createLogger({ level: 'warn', write: (line) => void said.push(line) }),
  });
  /** Until it is so; a busy machine takes its time. */
  const until = async (holds: () => Promise<boolean> | boolean): Promise<void> => {
    const end = Date.now() + 15_000;
    while (!(await holds())) {
      if (Date.now() > end) throw new Error('it did not come to that');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };

  beforeEach(async () => {
    mounted = mkdtempSync(join(tmpdir(), 'alert-renewal-'));
    said = [];
    await mount(authority);
  });
  afterEach(() => rmSync(mounted, { recursive: true }));

  it('shows a renewed certificate and believes a renewed CA, without a restart', () =>
    withServer(fresh(), async (port) => {
      const before = await authority.issue('prometheus');
      expect(await sent(port, authority.ca, { client: before })).toBe(202);
      const renewed = await testAuthority('CN=renewed ca');
      const client = await renewed.issue('prometheus');
      expect(typeof (await sent(port, renewed.ca, { client }))).toBe('string');
      await mount(renewed);
      await until(async () => (await sent(port, renewed.ca, { client })) === 202);
      expect(typeof (await sent(port, renewed.ca, { client: before }))).toBe('string');
    }));

  it.each<[string, () => void | Promise<void>]>([
    ['is half written', () => put({ 'tls.crt': 'no certificate' })],
    ['does not go with its key', async () => put({ 'tls.key': (await authority.issue('another')).key })],
    ['is gone', () => rmSync(join(mounted, 'tls.crt'))],
  ])('goes on with the one it has when what is mounted %s, and says so', (_, spoil) =>
    withServer(fresh(), async (port) => {
      await spoil();
      await until(() => said.some((line) => line.includes('the one before stays')));
      expect(await sent(port, authority.ca, { client: await authority.issue('prometheus') })).toBe(202);
    }),
  );
});
