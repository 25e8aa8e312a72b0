/** The connection through TLS and SCRAM: what it shows, when it asks for it, and what it does when it is turned away. */
import { connectKafka } from '../../../../operator/clients/kafka/connect';
import type { KafkaConnection } from '../../../../operator/clients/kafka/connection';
import type { KafkaSecurity } from '../../../../operator/clients/kafka/kafkajs-internals';
import { openDoor, type Door, type Guard } from '../../../sim-kafka/guarded';
import { healthyState } from '../../../sim-kafka/state';
import { SimKafka } from '../../../sim-kafka/sim-kafka';
import { testAuthority, type TestAuthority } from '../../../tls/authority';

const ends: (() => Promise<void>)[] = [];
let authority: TestAuthority;

beforeAll(async () => {
  authority = await testAuthority();
});

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

interface Secured {
  readonly kafka: KafkaConnection;
  readonly sim: SimKafka;
  readonly doors: readonly Door[];
}

/** Three simulated brokers, each behind a door. */
async function secured(guard: Guard, security: () => Promise<KafkaSecurity>): Promise<Secured> {
  const state = healthyState();
  const sim = new SimKafka({ ...state, versions: { ...state.versions, 17: [0, 1], 36: [0, 1] } });
  await sim.listen();
  ends.push(() => sim.close());
  const doors = await Promise.all(sim.state.brokers.map((broker) => openDoor(sim.resolve(broker), guard)));
  doors.forEach((door) => ends.push(() => door.close()));
  const resolve = (address: { host: string; port: number }) => {
    const index = sim.state.brokers.findIndex(({ host, port }) => host === address.host && port === address.port);
    return { host: '127.0.0.1', port: doors[index]?.port ?? 1 };
  };
  const kafka = connectKafka({ connectTimeoutMs: 2_000, requestTimeoutMs: 2_000, resolve, security })({
    bootstrap: sim.bootstrap,
    key: 'kafka/orders',
  });
  ends.push(() => kafka.close());
  return { kafka, sim, doors };
}

const hosts = () => healthyState().brokers.map(({ host }) => host);
const opened = (doors: readonly Door[]): number => doors.reduce((sum, door) => sum + door.opened(), 0);
const logins = (doors: readonly Door[]): number => doors.reduce((sum, door) => sum + door.logins(), 0);

async function mutual(): Promise<{ guard: Guard; client: KafkaSecurity }> {
  const [server, client] = await Promise.all([authority.issue('orders', hosts()), authority.issue('operator')]);
  return {
    guard: { tls: { cert: server.cert, key: server.key, ca: authority.ca, requestCert: true, rejectUnauthorized: true } },
    client: { tls: { ca: authority.ca, cert: client.cert, key: client.key } },
  };
}

const scram = (password: string): KafkaSecurity => ({ sasl: { mechanism: 'scram-sha-512', username: 'kafka-operator', password } });

describe('a listener with mutual TLS', () => {
  test('is asked with the certificate that the Secret holds', async () => {
    const { guard, client } = await mutual();
    const { kafka, sim } = await secured(guard, () => Promise.resolve(client));
    await expect(kafka.describeCluster()).resolves.toMatchObject({ clusterId: sim.state.clusterId });
    await expect(kafka.describeLogDirs(2)).resolves.toEqual(sim.state.logDirs);
  });

  test('that does not take our certificate cannot be reached', async () => {
    const { guard } = await mutual();
    const stranger = await (await testAuthority('CN=another ca')).issue('operator');
    const { kafka } = await secured(guard, () => Promise.resolve({ tls: { ca: authority.ca, cert: stranger.cert, key: stranger.key } }));
    await expect(kafka.describeCluster()).rejects.toMatchObject({ code: 'unreachable' });
  });

  test('whose certificate is not of the CA that is trusted is not spoken to', async () => {
    const { guard, client } = await mutual();
    const other = await testAuthority('CN=another ca');
    const { kafka, sim } = await secured(guard, () => Promise.resolve({ tls: { ...client.tls, ca: other.ca } }));
    await expect(kafka.describeCluster()).rejects.toMatchObject({ code: 'unreachable' });
    expect(sim.requests()).toBe(0);
  });

  describe('whose certificate has ended', () => {
    const withServer = async (by: TestAuthority, names: readonly string[]): Promise<Secured> => {
      const { guard, client } = await mutual();
      const { cert, key } = await by.issue('orders', names, 'ended');
      return secured({ tls: { ...guard.tls, cert, key } }, () => Promise.resolve(client));
    };

    test('is spoken to all the same, as it is to be mended', async () => {
      const { kafka, sim } = await withServer(authority, hosts());
      await expect(kafka.describeCluster()).resolves.toMatchObject({ clusterId: sim.state.clusterId });
    });

    test.each([
      ['not when another CA of the same name signed it', () => testAuthority(), hosts(), 'no CA that is trusted signed it'],
      ['not when another CA signed it', () => testAuthority('CN=another ca'), hosts(), 'is not trusted'],
      ['not when it is for another name', () => Promise.resolve(authority), [], 'is not for'],
    ])('but %s', async (_, by, names, why) => {
      const { kafka, sim } = await withServer(await by(), names);
      await expect(kafka.describeCluster()).rejects.toMatchObject({ code: 'unreachable', message: expect.stringContaining(why) });
      expect(sim.requests()).toBe(0);
    });
  });

  test('whose certificate is for another name is not spoken to', async () => {
    const { guard, client } = await mutual();
    const { cert, key } = await authority.issue('orders');
    const { kafka, sim } = await secured({ tls: { ...guard.tls, cert, key } }, () => Promise.resolve(client));
    await expect(kafka.describeCluster()).rejects.toMatchObject({ code: 'unreachable' });
    expect(sim.requests()).toBe(0);
  });

  test('is shown at each dial what is there then', async () => {
    const { guard, client } = await mutual();
    const asked: number[] = [];
    const { kafka, sim } = await secured(guard, () => {
      asked.push(asked.length);
      return Promise.resolve(client);
    });
    await kafka.describeQuorum();
    await kafka.describeQuorum();
    expect(asked).toHaveLength(1);
    sim.state.brokers.forEach(({ id }) => sim.cut(id));
    // Whoever asks before the end of the connection is known is told of it.
    await kafka.describeQuorum().catch(() => kafka.describeQuorum());
    expect(asked).toHaveLength(2);
  });
});

describe('a listener with SCRAM', () => {
  const users = { 'kafka-operator': 'right' };

  test('is logged in to before the first question', async () => {
    const { kafka, sim, doors } = await secured({ users }, () => Promise.resolve(scram('right')));
    await expect(kafka.describeCluster()).resolves.toMatchObject({ clusterId: sim.state.clusterId });
    expect(logins(doors)).toBe(1);
  });

  test('works through TLS', async () => {
    const server = await authority.issue('orders', hosts());
    const guard = { users, tls: { cert: server.cert, key: server.key } };
    const { kafka, sim } = await secured(guard, () => Promise.resolve({ ...scram('right'), tls: { ca: authority.ca } }));
    await expect(kafka.describeCluster()).resolves.toMatchObject({ clusterId: sim.state.clusterId });
  });

  test('that refuses the password is asked once, not at every broker and not again at once', async () => {
    const { kafka, doors } = await secured({ users }, () => Promise.resolve(scram('wrong')));
    const refusal = {
      code: 'unauthenticated',
      message: expect.stringMatching(
        /^cannot reach the Kafka cluster kafka\/orders: cannot log in to \S+ as kafka-operator with scram-sha-512: .*invalid credentials/,
      ),
    };
    await expect(kafka.describeCluster()).rejects.toMatchObject(refusal);
    await expect(kafka.describeQuorum()).rejects.toMatchObject(refusal);
    await expect(Promise.all([kafka.describeQuorum(), kafka.describePartitions()])).rejects.toMatchObject(refusal);
    expect(logins(doors)).toBe(1);
  });

  test('never tells the password', async () => {
    const { kafka } = await secured({ users }, () => Promise.resolve(scram('s3cret')));
    const error: unknown = await kafka.describeCluster().catch((e: unknown) => e);
    expect(JSON.stringify([error, String(error), (error as Error).stack])).not.toContain('s3cret');
  });
});

describe('credentials that are not there', () => {
  test('are named, and nobody is dialled', async () => {
    const missing = (): Promise<KafkaSecurity> =>
      Promise.reject(new Error('cannot read the Secret kafka/orders-controller: it does not exist'));
    const { kafka, doors } = await secured({}, missing);
    await expect(kafka.describeCluster()).rejects.toMatchObject({
      code: 'unauthenticated',
      message: expect.stringContaining('cannot read the Secret kafka/orders-controller: it does not exist'),
    });
    expect(opened(doors)).toBe(0);
  });

  test('that never come do not hold up the call for ever', async () => {
    const { kafka, doors } = await secured({}, () => new Promise<never>(() => undefined));
    await expect(kafka.describeCluster()).rejects.toMatchObject({ code: expect.stringMatching(/unauthenticated|unreachable/) });
    expect(opened(doors)).toBe(0);
  });
});
