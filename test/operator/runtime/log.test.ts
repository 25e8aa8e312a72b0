import { createLogger, describeError, redactText, silentLogger } from '../../../operator/runtime/log';
import type { LogLevel, Logger } from '../../../operator/runtime/log';

function logging(level: LogLevel = 'info'): { log: Logger; lines: string[]; last: () => Record<string, unknown> } {
  const lines: string[] = [];
  const log = createLogger({ level, write: (line) => void lines.push(line), now: () => new Date('2025-01-01T00:00:00Z') });
  return { log, lines, last: () => JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown> };
}

describe('the log', () => {
  it('writes one line of JSON a call, time and level first', () => {
    const { log, lines } = logging();
    log.info('a pass', { cluster: 'kafka/orders', actions: 2 });
    expect(lines).toEqual(['{"ts":"2025-01-01T00:00:00.000Z","level":"info","msg":"a pass","cluster":"kafka/orders","actions":2}\n']);
  });

  it('keeps silent below its level', () => {
    const { log, lines } = logging('warn');
    log.debug('x');
    log.info('x');
    log.warn('y');
    log.error('z');
    expect(lines).toHaveLength(2);
    expect([log.isLevelEnabled('info'), log.isLevelEnabled('error')]).toEqual([false, true]);
  });

  it('adds the fields of a child', () => {
    const { log, last } = logging();
    log.child({ cluster: 'a' }).child({ node: 1 }).info('x', { more: true });
    expect(last()).toMatchObject({ cluster: 'a', node: 1, more: true });
  });

  it('lets no field pass for time, level or message', () => {
    const { log, last } = logging();
    log.info('real', { msg: 'fake', level: 'fake', ts: 'fake' });
    expect(last()).toEqual({ ts: '2025-01-01T00:00:00.000Z', level: 'info', msg: 'real' });
  });

  it('writes an error with its causes', () => {
    const { log, last } = logging();
    log.error('x', { error: new Error('cannot do it', { cause: new Error('no way') }) });
    expect(last()['error']).toBe('cannot do it: no way');
    expect(describeError('text')).toBe('text');
  });

  it.each([
    ['a password', { password: 'hunter2' }],
    ['a token', { token: 'hunter2' }],
    ['a header', { headers: { Authorization: 'Bearer hunter2' } }],
    ['the data of a Secret', { object: { kind: 'Secret', data: { key: 'hunter2' } } }],
    ['a JAAS line', { config: 'required username="a" password="hunter2";' }],
    ['a private key', { pem: '-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----' }],
    ['a private key that was cut', { pem: '-----BEGIN EC PRIVATE KEY-----\nhunter2' }],
    ['a bearer token in an error', { error: new Error('sent Bearer hunter2') }],
    ['something deep down', { a: [{ b: { sasl_jaas_config: 'hunter2' } }] }],
  ])('never shows %s', (_, fields) => {
    const { log, lines } = logging();
    log.info('x', fields);
    expect(lines.join()).not.toContain('hunter2');
    expect(lines.join()).toContain('[redacted]');
  });

  it('leaves names of secrets readable', () => {
    const { log, last } = logging();
    log.info('x', { secret: 'kafka/orders-ca', tokenReview: 'none' });
    expect(last()).toMatchObject({ secret: 'kafka/orders-ca', tokenReview: 'none' });
    expect(redactText('cannot read secret kafka/orders-ca')).toBe('cannot read secret kafka/orders-ca');
  });

  it('survives numbers that JSON does not know, and records that are too deep', () => {
    const { log, last } = logging();
    const loop: Record<string, unknown> = { id: 7n };
    loop['self'] = loop;
    log.info('x', loop);
    expect(last()['id']).toBe('7');
  });

  it('can say nothing at all', () => {
    silentLogger.child({}).error('x');
    expect(silentLogger.isLevelEnabled('error')).toBe(false);
  });
});
