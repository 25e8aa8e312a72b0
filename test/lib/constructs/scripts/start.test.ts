import { chmodSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { START_SCRIPT, startScript } from '../../../../lib/constructs/scripts/start';
import { fakePod, properties, type Pod } from './fake-kafka';

// Each test runs the script, which sleeps between its looks, and tools beside it.
jest.setTimeout(30_000);

const START_WITH_ADDRESS = startScript({ address: true, users: false });

const META = 'version=1\ncluster.id=mLO1x4g_MXHywUy_Wc7gKw\nnode.id=1\n';

describe('start.sh', () => {
  let pod: Pod;
  beforeEach(() => {
    pod = fakePod();
  });
  afterEach(() => pod.remove());

  describe('ends as Kafka ended', () => {
    test.each([
      ['0 is 0', '0', 0],
      ['a crash keeps its code', '1', 1],
      ['out of memory keeps its code', '137', 137],
      ['ended by SIGTERM is 0', '143', 0],
    ])('%s', async (_name, exit, expected) => {
      const run = await pod.start({ FORMAT_MODE: 'join', FAKE_EXIT: exit });
      expect(run.code).toBe(expected);
      expect(pod.has('wait/do-not-exit-yet')).toBe(false);
    });

    test('hands SIGTERM on, waits for Kafka and ends with 0', async () => {
      const run = await pod.startAndStop('running', { FORMAT_MODE: 'join' });
      expect(run.output).toContain('stopping');
      expect(run.code).toBe(0);
    });

    test('says so when Kafka fails while it stops', async () => {
      const run = await pod.startAndStop('running', { FORMAT_MODE: 'join', FAKE_TERM_EXIT: '9' });
      expect(run.code).toBe(9);
      expect(run.output).toContain('Kafka ended with exit code 9');
    });

    test('holds the sidecars while Kafka runs', async () => {
      await pod.start({ FORMAT_MODE: 'join', FAKE_EXIT: '0' });
      expect(pod.read('wait.seen')).toBe('do-not-exit-yet\n');
    });
  });

  describe('formats', () => {
    const formats = (pod: Pod) => (pod.has('storage.args') ? pod.read('storage.args').trim().split('\n') : []);
    const FIRST = '1@h:9093:LXEWQrcmsEQBYnyp-6wy9Q';
    const CONTROLLER = ['process.roles=controller', 'controller.quorum.bootstrap.servers=h:9093'];
    const STATIC = ['process.roles=controller,broker', 'controller.quorum.voters=1@h:9093'];
    test.each([
      ['a broker without flags', [], 'join', '--ignore-formatted'],
      ['a first voter with the list of the first voters', CONTROLLER, 'initial', `--ignore-formatted --initial-controllers ${FIRST}`],
      ['a controller that comes later as no voter', CONTROLLER, 'join', '--ignore-formatted --no-initial-controllers'],
      ['a controller of a static quorum without flags', STATIC, 'initial', '--ignore-formatted'],
    ])('%s', async (_name, more, mode, flags) => {
      pod.write('config/broker-config', properties(pod.path('data'), more));
      const run = await pod.start({ FORMAT_MODE: mode, INITIAL_CONTROLLERS: FIRST, FAKE_EXIT: '0' });
      expect(run.code).toBe(0);
      expect(formats(pod)).toEqual([`format --cluster-id mLO1x4g_MXHywUy_Wc7gKw --config ${pod.path('run/server.properties')} ${flags}`]);
    });

    test('without the exporter and the heap of the server', async () => {
      await pod.start({ FORMAT_MODE: 'join', FAKE_EXIT: '0', KAFKA_OPTS: '-javaagent:x', KAFKA_HEAP_OPTS: '-Xms9G' });
      expect(pod.read('storage.env')).toBe('|-Xmx256m\n');
    });

    test('once, not again at the next start', async () => {
      await pod.start({ FORMAT_MODE: 'join', FAKE_EXIT: '1' });
      const run = await pod.start({ FORMAT_MODE: 'join', FAKE_EXIT: '0' });
      expect(run.code).toBe(0);
      expect(formats(pod)).toHaveLength(1);
    });

    test('a new directory beside old ones, whatever the mode', async () => {
      pod.write('data/a/kafka/meta.properties', META);
      pod.write('data/a/kafka/orders-0/x.log', '');
      const both = `log.dirs=${pod.path('data/a/kafka')},${pod.path('data/b/kafka')}`;
      pod.write('config/broker-config', properties(pod.path('data'), [both, 'process.roles=broker,controller']));
      const run = await pod.start({ FORMAT_MODE: 'never', FAKE_EXIT: '0' });
      expect(run.code).toBe(0);
      expect(formats(pod)).toEqual([expect.stringContaining('--no-initial-controllers')]);
      expect(pod.read('data/b/kafka/meta.properties')).toContain('node.id=1');
    });

    test('again when the first formatting was cut short', async () => {
      pod.write('data/b/kafka/meta.properties', META);
      pod.write('config/broker-config', properties(pod.path('data'), [`log.dirs=${pod.path('data/a/kafka')},${pod.path('data/b/kafka')}`]));
      const run = await pod.start({ FORMAT_MODE: 'join', FAKE_EXIT: '0' });
      expect(run.code).toBe(0);
      expect(formats(pod)).toHaveLength(1);
    });

    test('and ends with the code of the tool when it fails, without starting Kafka', async () => {
      const run = await pod.start({ FORMAT_MODE: 'join', FAKE_STORAGE_EXIT: '3' });
      expect(run.code).toBe(3);
      expect(pod.has('started.properties')).toBe(false);
      expect(pod.has('wait/do-not-exit-yet')).toBe(false);
    });
  });

  describe('lets a node ask anew who leads', () => {
    const LOG = 'data/a/kafka/__cluster_metadata-0';
    const QUORUM = `${LOG}/quorum-state`;
    const heard = (records: string) => {
      pod.write('data/a/kafka/meta.properties', META);
      pod.write(QUORUM, '{"leaderId":0,"leaderEpoch":1,"votedId":-1,"currentVoters":[]}');
      pod.write(`${LOG}/00000000000000000000.log`, records);
    };
    const asksAnew = async (...more: readonly string[]) => {
      pod.write('config/broker-config', properties(pod.path('data'), more));
      const run = await pod.start({ FORMAT_MODE: 'never', FAKE_EXIT: '0' });
      expect(run.code).toBe(0);
      return !pod.has(QUORUM);
    };

    test('when a broker was ended before it read the first record: Kafka would die of what it heard, each time', async () => {
      heard('');
      expect(await asksAnew('process.roles=broker')).toBe(true);
      expect(pod.has(`${LOG}/00000000000000000000.log`)).toBe(true);
    });

    test('but not when it has read any, nor from a snapshot', async () => {
      heard('records');
      expect(await asksAnew('process.roles=broker')).toBe(false);
      heard('');
      pod.write(`${LOG}/00000000000000000042-0000000001.checkpoint`, 'records');
      expect(await asksAnew('process.roles=broker')).toBe(false);
    });

    test('and never when it is a controller, whose vote it may be', async () => {
      heard('');
      expect(await asksAnew('process.roles=broker,controller')).toBe(false);
    });
  });

  describe('refuses, with exit code 78 and nothing changed,', () => {
    const refused = async (env: Record<string, string>, words: string) => {
      const run = await pod.start({ FAKE_EXIT: '0', ...env });
      expect({ code: run.code, started: pod.has('started.properties') }).toEqual({ code: 78, started: false });
      expect(run.output).toContain(words);
      expect(pod.has('storage.args')).toBe(false);
      expect(pod.has('wait/do-not-exit-yet')).toBe(false);
    };

    test.each([
      ['an empty volume when nobody allowed it', {}, 'the volumes of this node are empty, and it is not new'],
      ['an empty volume when told never', { FORMAT_MODE: 'never' }, 'recreate-volumes-of'],
      ['an empty volume on a mode that it does not know', { FORMAT_MODE: 'INITIAL' }, 'the volumes of this node are empty'],
    ])('%s', (_name, env, words) => refused(env, words));

    test('the volume of another cluster', async () => {
      pod.write('data/a/kafka/meta.properties', META.replace('mLO1', 'XXXX'));
      await refused({ FORMAT_MODE: 'initial' }, 'holds data of cluster XXXXx4g_MXHywUy_Wc7gKw');
    });

    test('the volume of another node', async () => {
      pod.write('data/a/kafka/meta.properties', META.replace('node.id=1', 'node.id=11'));
      await refused({ FORMAT_MODE: 'join' }, 'holds data of node 11, this is node 1');
    });

    test('a metadata directory that is empty beside data', async () => {
      pod.write('data/b/kafka/meta.properties', META);
      pod.write('data/b/kafka/orders-0/x.log', '');
      pod.write('config/broker-config', properties(pod.path('data'), [`log.dirs=${pod.path('data/a/kafka')},${pod.path('data/b/kafka')}`]));
      await refused({ FORMAT_MODE: 'join' }, 'is empty while other directories of this node hold data');
    });

    test('to be a first voter without the list of them', async () => {
      pod.write('config/broker-config', properties(pod.path('data'), ['process.roles=controller']));
      await refused({ FORMAT_MODE: 'initial' }, 'INITIAL_CONTROLLERS is empty');
    });

    test('a configuration without directories', async () => {
      pod.write('config/broker-config', 'process.roles=broker\n');
      await refused({ FORMAT_MODE: 'join' }, 'names no log.dirs');
    });

    test('a configuration that is not there', async () => {
      rmSync(pod.path('config'), { recursive: true });
      await refused({ FORMAT_MODE: 'join' }, 'cannot read');
    });

    test.each(['join', 'initial', 'never'])('a volume that was lost under a running Pod, with mode %s', async (mode) => {
      await pod.start({ FORMAT_MODE: 'join', FAKE_EXIT: '1' });
      rmSync(pod.path('data'), { recursive: true });
      rmSync(pod.path('storage.args'));
      rmSync(pod.path('started.properties'));
      await refused({ FORMAT_MODE: mode }, 'its volume was lost');
    });

    test('a volume that was there when this Pod started first and is lost now', async () => {
      pod.write('data/a/kafka/meta.properties', META);
      await pod.start({ FORMAT_MODE: 'never', FAKE_EXIT: '1' });
      rmSync(pod.path('data'), { recursive: true });
      rmSync(pod.path('started.properties'));
      await refused({ FORMAT_MODE: 'join' }, 'its volume was lost');
    });
  });

  describe('joins the configuration', () => {
    test('of the plain part, the secret part and the rack, readable by its user only', async () => {
      mkdirSync(pod.path('config-secret'));
      pod.write('config-secret/broker-config', 'sasl.jaas.config=secret');
      pod.write('placement/node', 'worker-1');
      pod.write('placement/rack', 'zone-b');
      const run = await pod.start({ FORMAT_MODE: 'join', FAKE_EXIT: '0' });
      expect(run.code).toBe(0);
      expect(pod.read('started.properties').split('\n').filter(Boolean).slice(-2)).toEqual([
        'sasl.jaas.config=secret',
        'broker.rack=zone-b',
      ]);
      expect(statSync(pod.path('run/server.properties')).mode & 0o777).toBe(0o600);
    });

    test('without a rack where the Kubernetes node has none', async () => {
      pod.write('placement/node', 'worker-1');
      pod.write('placement/rack', '');
      await pod.start({ FORMAT_MODE: 'join', FAKE_EXIT: '0' });
      expect(pod.read('started.properties')).not.toContain('broker.rack');
    });

    test('anew at each start', async () => {
      await pod.start({ FORMAT_MODE: 'join', FAKE_EXIT: '1' });
      await pod.start({ FORMAT_MODE: 'join', FAKE_EXIT: '1' });
      expect(pod.read('started.properties').match(/process.roles/g)).toHaveLength(1);
    });

    test('waits for the placement of the Kubernetes node that it runs on, and can be stopped meanwhile', async () => {
      pod.write('placement/node', 'worker-9');
      pod.write('placement/rack', 'zone-of-another');
      const run = await pod.startAndStop('the placement is of node worker-9', { FORMAT_MODE: 'join' });
      expect(run.code).toBe(0);
      expect(pod.has('started.properties')).toBe(false);
      expect(pod.has('wait/do-not-exit-yet')).toBe(false);
    });
  });

  describe('of a broker that advertises an address of its Kubernetes node', () => {
    const ADVERTISED = 'advertised.listeners=NODES://@NODE_ADDRESS@:31001,MORE://@NODE_ADDRESS@:31002,INTERNAL://orders-1:9092';
    beforeEach(() => {
      pod.write('start.sh', START_WITH_ADDRESS);
      pod.write('config/broker-config', properties(pod.path('data'), [ADVERTISED]));
      pod.write('placement/node', 'worker-1');
      pod.write('placement/rack', 'zone-b');
    });

    test.each(['192.0.2.7', '[2001:db8::7]', 'worker-1.example.com'])('puts %s in wherever it is asked for', async (address) => {
      pod.write('placement/address', address);
      const run = await pod.start({ FORMAT_MODE: 'join', FAKE_EXIT: '0' });
      expect(run.code).toBe(0);
      const lines = pod.read('started.properties').split('\n');
      expect(lines).toContain(`advertised.listeners=NODES://${address}:31001,MORE://${address}:31002,INTERNAL://orders-1:9092`);
      expect(lines).toContain('broker.rack=zone-b');
      expect(lines).toContain('process.roles=broker');
      expect(statSync(pod.path('run/server.properties')).mode & 0o777).toBe(0o600);
    });

    test('waits for it, and can be stopped meanwhile: the placement may be older than the wish for an address', async () => {
      const run = await pod.startAndStop('waiting for an address of type ExternalIP of Kubernetes node worker-1', {
        FORMAT_MODE: 'join',
        NODE_ADDRESS_TYPE: 'ExternalIP',
      });
      expect(run.code).toBe(0);
      expect(pod.has('started.properties')).toBe(false);
      expect(pod.has('wait/do-not-exit-yet')).toBe(false);
    });

    test('is the same script but for that', () => {
      const without = (script: string) => script.split('\n').filter((line) => !START_WITH_ADDRESS.includes(line));
      expect(without(START_SCRIPT)).toEqual([]);
      expect(START_SCRIPT).not.toContain('put_in_address');
      expect(START_WITH_ADDRESS.match(/put_in_address/g)).toHaveLength(2);
    });
  });

  describe('of a first voter in a cluster with passwords', () => {
    const INITIAL = { FORMAT_MODE: 'initial', INITIAL_CONTROLLERS: '1@h:9093:LXEWQrcmsEQBYnyp-6wy9Q', FAKE_EXIT: '0' };
    const USER = 'SCRAM-SHA-512=[name=kafka-operator,iterations=4096,salt="c2FsdA==",saltedpassword="c2VjcmV0LWJ5dGVz"]';
    beforeEach(() => {
      pod.write('start.sh', startScript({ address: false, users: true }));
      pod.write(
        'config/broker-config',
        properties(pod.path('data'), ['process.roles=controller', 'controller.quorum.bootstrap.servers=h:9093']),
      );
      pod.write('config-secret/broker.properties', 'listener.name.internal.scram-sha-512.sasl.jaas.config=secret');
      pod.write('config-secret/format/format.args', `--add-scram\n${USER}\n`);
    });

    test('formats with the users of the operator, and says no more of them', async () => {
      const run = await pod.start(INITIAL);
      expect(run.code).toBe(0);
      expect(pod.read('storage.args')).toContain(`--initial-controllers ${INITIAL.INITIAL_CONTROLLERS} --add-scram ${USER}`);
      expect(run.output).toContain('formatting with the users of the operator');
      expect(run.output).not.toContain('saltedpassword');
    });

    test('takes arguments for no settings', async () => {
      await pod.start(INITIAL);
      expect(pod.read('started.properties')).toContain('listener.name.internal.scram-sha-512.sasl.jaas.config=secret');
      expect(pod.read('started.properties')).not.toContain('add-scram');
    });

    test('formats without them what comes later', async () => {
      await pod.start({ ...INITIAL, FORMAT_MODE: 'join' });
      expect(pod.read('storage.args')).toMatch(/--no-initial-controllers$/m);
      expect(pod.read('storage.args')).not.toContain('--add-scram');
    });

    test.each(['', undefined])('refuses to begin without them', async (text) => {
      rmSync(pod.path('config-secret/format/format.args'));
      if (text !== undefined) pod.write('config-secret/format/format.args', text);
      const run = await pod.start(INITIAL);
      expect(run.code).toBe(78);
      expect(run.output).toMatch(/cannot format: .*format.args.*users of the operator/);
      expect(pod.has('storage.args')).toBe(false);
    });

    test('is the same script but for that, also beside the address of a Kubernetes node', () => {
      const both = startScript({ address: true, users: true });
      const without = START_SCRIPT.split('\n').filter((line) => !both.includes(line));
      expect(without).toEqual([]);
      expect(both.match(/put_in_address/g)).toHaveLength(2);
      expect(both.match(/format_users/g)).toHaveLength(2);
      expect(startScript({ address: false, users: false })).toBe(START_SCRIPT);
    });
  });

  describe('waits for a sidecar', () => {
    let server: Server;
    const serve = async (statusOf: (path: string) => number) => {
      server = createServer((request, response) => response.writeHead(statusOf(request.url ?? '')).end());
      await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
      return String((server.address() as AddressInfo).port);
    };
    afterEach(() => new Promise((resolve) => server.close(resolve)));

    // Without curl in the path the script uses bash's own TCP.
    const TOOLS = ['cat', 'chmod', 'cp', 'grep', 'id', 'ls', 'mkdir', 'printf', 'rm', 'sed', 'sleep', 'tail', 'touch', 'bash'];
    const withoutCurl = () => {
      mkdirSync(pod.path('bin'));
      for (const tool of TOOLS) {
        pod.write(`bin/${tool}`, `#!/bin/bash\nPATH=/usr/bin:/bin exec ${tool} "$@"\n`);
        chmodSync(pod.path('bin', tool), 0o755);
      }
      return pod.path('bin');
    };

    const SIDECAR = { ENVOY_SIDECAR_STATUS: '{"version":"1"}', FORMAT_MODE: 'join', FAKE_EXIT: '0' };
    test.each([
      ['that is ready after a while, by curl', false],
      ['that is ready after a while, by bash alone', true],
    ])('%s', async (_name, bare) => {
      let asked = 0;
      const port = await serve((path) => (path === '/healthz/ready' && ++asked > 2 ? 200 : 503));
      const run = await pod.start({ ...SIDECAR, SIDECAR_PORT: port, SIDECAR_OLD_PORT: '1', ...(bare ? { PATH: withoutCurl() } : {}) });
      expect(run.output).toContain('waiting for the sidecar');
      expect(run.output).toContain('the sidecar is ready');
      expect(asked).toBe(3);
      expect(run.code).toBe(0);
    });

    test('by the old address where the new one does not answer', async () => {
      const port = await serve((path) => (path === '/ready' ? 200 : 404));
      const run = await pod.start({ ...SIDECAR, SIDECAR_PORT: '1', SIDECAR_OLD_PORT: port });
      expect(run.output).toContain('the sidecar is ready');
    });

    test('no longer than it was told to, and says so', async () => {
      const port = await serve(() => 503);
      const run = await pod.start({ ...SIDECAR, SIDECAR_PORT: port, SIDECAR_OLD_PORT: port, SIDECAR_TIMEOUT: '1' });
      expect(run.output).toContain('the sidecar is not ready after 1 s');
      expect(run.code).toBe(0);
    });

    test('only where there is one', async () => {
      let asked = 0;
      const port = await serve(() => (asked++, 503));
      await pod.start({ ...SIDECAR, ENVOY_SIDECAR_STATUS: '', SIDECAR_PORT: port });
      expect(asked).toBe(0);
    });
  });
});
