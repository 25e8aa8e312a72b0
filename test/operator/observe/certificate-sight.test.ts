import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { createServer, type TlsOptions } from 'node:tls';
import { CertificateSight, servedAt, type AskedListener } from '../../../operator/observe/certificate-sight';
import { testAuthority, type Issued, type TestAuthority } from '../../tls/authority';

let authority: TestAuthority;
let issued: Issued;
const ends: (() => void)[] = [];

beforeAll(async () => {
  authority = await testAuthority();
  issued = await authority.issue('orders');
});
afterEach(() => ends.splice(0).forEach((end) => end()));

async function serve(options: TlsOptions): Promise<number> {
  const server = createServer({ cert: issued.cert, key: issued.key, ca: authority.ca, ...options }, (socket) =>
    socket.on('error', () => undefined),
  );
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

describe('the certificate that is served is seen', () => {
  it.each<[string, TlsOptions]>([
    ['where nobody has to show one', {}],
    ['where everybody has to show one', { requestCert: true, rejectUnauthorized: true }],
    ['by TLS 1.2', { maxVersion: 'TLSv1.2' }],
    ['by TLS 1.2, where everybody has to show one', { maxVersion: 'TLSv1.2', requestCert: true, rejectUnauthorized: true }],
  ])('%s', async (_, options) => {
    await expect(servedAt('127.0.0.1', await serve(options))).resolves.toBe(issued.fingerprint);
  });
});

describe('no certificate is seen', () => {
  it('where nobody listens', async () => {
    await expect(servedAt('127.0.0.1', 1)).rejects.toThrow(/^cannot see the certificate of 127\.0\.0\.1:1: /);
  });

  it('where something else than TLS answers', async () => {
    const server = createTcpServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ends.push(() => server.close());
    await expect(servedAt('127.0.0.1', (server.address() as AddressInfo).port)).rejects.toThrow('cannot see the certificate');
  });
});

const KEY = 'kafka/orders';
const asked = (node: number, uid = 'a', threads = 3): AskedListener => ({
  node,
  listener: 'internal',
  uid,
  host: `10.0.0.${String(node)}`,
  port: 29092,
  byName: `orders-${String(node)}`,
  threads,
});

function setUp(answer: (host: string) => string | undefined = () => 'old') {
  const told = { dialled: [] as string[], changes: [] as string[], answer };
  const handshake = (host: string): Promise<string> => {
    told.dialled.push(host);
    const fingerprint = told.answer(host);
    return fingerprint === undefined ? Promise.reject(new Error('nobody')) : Promise.resolve(fingerprint);
  };
  const sight = new CertificateSight({ handshake, onChange: (key) => told.changes.push(key), now: () => Date.now() });
  ends.push(() => sight.stop());
  return { told, sight };
}

describe('sight of certificates', () => {
  beforeEach(() => jest.useFakeTimers({ now: 1_700_000_000_000 }));
  afterEach(() => jest.useRealTimers());
  const pass = (milliseconds: number) => jest.advanceTimersByTimeAsync(milliseconds);

  it('asks at once and every second, and wakes when it sees another one', async () => {
    const { told, sight } = setUp();
    sight.watch(KEY, [asked(1), asked(2)]);
    await pass(0);
    expect(sight.look(KEY)).toEqual({
      1: { internal: { fingerprint: 'old', at: 1_700_000_000_000 } },
      2: { internal: { fingerprint: 'old', at: 1_700_000_000_000 } },
    });
    await pass(3_000);
    expect(told.changes).toHaveLength(2);
    told.answer = (host) => (host === '10.0.0.1' ? 'new' : 'old');
    await pass(1_000);
    expect([told.changes.length, sight.look(KEY)[1]?.internal?.fingerprint]).toEqual([3, 'new']);
  });

  it('asks nobody when nothing is to be seen', async () => {
    const { told, sight } = setUp();
    sight.watch(KEY, []);
    await pass(10_000);
    expect(told.dialled).toEqual([]);
    sight.watch(KEY, [asked(1)]);
    await pass(0);
    sight.watch(KEY, []);
    const before = told.dialled.length;
    await pass(10_000);
    expect([told.dialled.length, jest.getTimerCount(), sight.look(KEY)]).toEqual([before, 0, {}]);
  });

  it('believes nothing while threads of a broker disagree', async () => {
    const { told, sight } = setUp();
    let turn = 0;
    told.answer = () => (turn++ % 3 === 2 ? 'old' : 'new');
    sight.watch(KEY, [asked(1)]);
    await pass(2_000);
    expect(sight.look(KEY)).toEqual({});
    told.answer = () => 'new';
    await pass(1_000);
    expect(sight.look(KEY)[1]?.internal?.fingerprint).toBe('new');
  });

  it('meets every thread of a broker that has more of them than others', async () => {
    const { told, sight } = setUp();
    let turn = 0;
    told.answer = () => (turn++ % 5 === 4 ? 'old' : 'new');
    sight.watch(KEY, [asked(1, 'a', 5)]);
    await pass(4_000);
    expect(sight.look(KEY)).toEqual({});
  });

  it('says so when a broker cannot be seen, asks by its name as well, and rarely after a while', async () => {
    const { told, sight } = setUp(() => undefined);
    sight.watch(KEY, [asked(1)]);
    await pass(0);
    expect([sight.look(KEY)[1]?.internal?.fingerprint, told.dialled]).toEqual(['', ['10.0.0.1', 'orders-1']]);
    await pass(60_000);
    const before = told.dialled.length;
    await pass(20_000);
    expect(told.dialled.length - before).toBe(4);
    told.answer = (host) => (host === 'orders-1' ? 'new' : undefined);
    await pass(10_000);
    expect(sight.look(KEY)[1]?.internal?.fingerprint).toBe('new');
  });

  it('forgets what another Pod served', async () => {
    const { sight } = setUp();
    sight.watch(KEY, [asked(1)]);
    await pass(0);
    sight.watch(KEY, [asked(1, 'b')]);
    expect(sight.look(KEY)).toEqual({});
  });

  it('begins nothing once it is stopped', async () => {
    const { told, sight } = setUp();
    sight.stop();
    sight.watch(KEY, [asked(1)]);
    await pass(5_000);
    expect(told.dialled).toEqual([]);
  });
});
