import { configFrom } from '../../operator/config';

describe('the operator’s configuration', () => {
  it('has defaults that work without any variable', () => {
    expect(configFrom({})).toMatchObject({
      namespaces: [],
      logLevel: 'info',
      leaderElection: true,
      metricsPort: 8080,
      healthPort: 8081,
      workers: 16,
      statusPort: 8082,
      statusHost: '127.0.0.1',
    });
  });

  it.each<[string, Record<string, string>, object]>([
    ['namespaces, trimmed, without empty ones', { WATCH_NAMESPACES: ' a, b ,,' }, { namespaces: ['a', 'b'] }],
    ['a log level', { LOG_LEVEL: 'debug' }, { logLevel: 'debug' }],
    ['no election', { LEADER_ELECTION: 'false' }, { leaderElection: false }],
    ['ports and workers', { METRICS_PORT: '1', HEALTH_PORT: '65535', WORKERS: '4' }, { metricsPort: 1, healthPort: 65535, workers: 4 }],
    ['who and where it is', { POD_NAME: 'p', POD_NAMESPACE: 'n' }, { podName: 'p', podNamespace: 'n' }],
    [
      'an empty text as if it were not set',
      { LOG_LEVEL: '', LEADER_ELECTION: '', WORKERS: '', METRICS_PORT: '' },
      { logLevel: 'info', workers: 16 },
    ],
  ])('takes %s', (_, env, expected) => expect(configFrom(env)).toMatchObject(expected));

  it.each<[string, Record<string, string>]>([
    ['LOG_LEVEL', { LOG_LEVEL: 'loud' }],
    ['LEADER_ELECTION', { LEADER_ELECTION: 'yes' }],
    ['METRICS_PORT', { METRICS_PORT: '80a' }],
    ['HEALTH_PORT', { HEALTH_PORT: '-1' }],
    ['WORKERS', { WORKERS: '1.5' }],
  ])('refuses a %s that it cannot understand, by name and value', (name, env) => {
    expect(() => configFrom(env)).toThrow(new RegExp(`^cannot start: ${name} is "${env[name]?.replace('.', '\\.') ?? ''}"; write `));
  });
});

describe('how alerts are received', () => {
  const NOTHING = { port: 9001, auth: 'off', tokenFile: '', tlsDir: '', actions: [] };

  it.each<[string, Record<string, string>, object]>([
    ['nobody listens unless a token is named', {}, NOTHING],
    ['with a file of a token', { ALERT_TOKEN_FILE: '/t' }, { ...NOTHING, auth: 'token', tokenFile: '/t' }],
    ['not, in spite of a token', { ALERT_TOKEN_FILE: '/t', ALERT_AUTH: 'off' }, { ...NOTHING, tokenFile: '/t' }],
    ['by client certificates', { ALERT_AUTH: 'mtls', ALERT_TLS_DIR: '/d' }, { ...NOTHING, auth: 'mtls', tlsDir: '/d' }],
    ['from everybody, when that is said', { ALERT_AUTH: 'none', ALERT_PORT: '9002' }, { ...NOTHING, auth: 'none', port: 9002 }],
    ['with plug-ins', { ALERT_ACTIONS: 'a, b' }, { ...NOTHING, actions: ['a', 'b'] }],
  ])('%s', (_, env, alerts) => expect(configFrom(env).alerts).toEqual(alerts));

  it.each<[string, Record<string, string>, RegExp]>([
    ['a token without its file', { ALERT_AUTH: 'token' }, /^cannot start: .*ALERT_TOKEN_FILE$/],
    ['certificates without their folder', { ALERT_AUTH: 'mtls' }, /^cannot start: .*ALERT_TLS_DIR$/],
    ['another word', { ALERT_AUTH: 'basic' }, /^cannot start: ALERT_AUTH is "basic"; write /],
    ['a port that is none', { ALERT_PORT: 'x' }, /^cannot start: ALERT_PORT is "x"; write /],
  ])('refuses %s', (_, env, why) => expect(() => configFrom(env)).toThrow(why));
});
