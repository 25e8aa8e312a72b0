/** What KafkaUsers ask, over a whole connection to the simulated Kafka. */
import { connectAdmin } from '../../../../operator/clients/kafka/connect-admin';
import type { KafkaAdmin } from '../../../../operator/clients/kafka/connect-admin';
import type { AclBinding, ScramUpsertion } from '../../../../operator/clients/kafka/user-admin';
import { healthyState, KAFKA_3_9 } from '../../../sim-kafka/state';
import type { SimState } from '../../../sim-kafka/state';
import { SimKafka } from '../../../sim-kafka/sim-kafka';

const CREATE_ACLS = 30;

const opened: { close(): Promise<void> }[] = [];

const setUp = async (more: Partial<SimState> = { acls: [] }) => {
  const sim = new SimKafka({ ...healthyState({ versions: KAFKA_3_9 }), ...more });
  await sim.listen();
  const admin: KafkaAdmin = connectAdmin({ connectTimeoutMs: 300, requestTimeoutMs: 2000, resolve: sim.resolve })({
    bootstrap: sim.bootstrap,
    key: 'kafka/orders',
  });
  opened.push(admin, sim);
  return { sim, users: admin.users };
};

afterEach(async () => {
  for (const it of opened.splice(0)) await it.close();
});

const acl = (change: Partial<AclBinding> = {}): AclBinding => ({
  ...{ resource: 'topic', name: 'orders', pattern: 'literal', principal: 'User:CN=alice' },
  ...{ host: '*', operation: 'Read', permission: 'allow' },
  ...change,
});

const upsertion = (user: string, mechanism: ScramUpsertion['mechanism'] = 'SCRAM-SHA-512'): ScramUpsertion => ({
  ...{ user, mechanism, iterations: 4096, salt: Buffer.from('salt'), saltedPassword: Buffer.alloc(64) },
});

describe('ACLs', () => {
  const many = Array.from({ length: 1200 }, (_, i) => acl({ name: `topic-${String(i)}` }));

  test('are created, listed as they were given, and deleted, of others none', async () => {
    const { users } = await setUp();
    const all = [
      acl(),
      acl({ resource: 'transactionalId', pattern: 'prefixed', operation: 'Write' }),
      acl({ permission: 'deny', host: '10.0.0.1' }),
    ];
    await expect(users.createAcls(all)).resolves.toEqual([undefined, undefined, undefined]);
    await expect(users.describeAcls()).resolves.toEqual(all);
    await expect(users.deleteAcls([all[0]!, acl({ name: 'never' })])).resolves.toEqual([undefined, undefined]);
    await expect(users.describeAcls()).resolves.toEqual(all.slice(1));
  });

  test('of many users go out in few requests, and every one is answered for', async () => {
    const { sim, users } = await setUp();
    await expect(users.createAcls(many)).resolves.toHaveLength(1200);
    expect(sim.requests(CREATE_ACLS)).toBe(3);
    await expect(users.describeAcls()).resolves.toHaveLength(1200);
    await expect(users.deleteAcls(many)).resolves.toEqual(many.map(() => undefined));
    await expect(users.describeAcls()).resolves.toEqual([]);
  });

  test('are none, and not even an empty list, without an authorizer', async () => {
    const { users } = await setUp({});
    await expect(users.describeAcls()).resolves.toBeUndefined();
    await expect(users.createAcls([acl()])).resolves.toEqual([expect.objectContaining({ code: 54 })]);
  });

  test('nothing to do is no request', async () => {
    const { sim, users } = await setUp();
    await expect(users.createAcls([])).resolves.toEqual([]);
    await expect(users.alterScram([], [])).resolves.toEqual(new Map());
    await expect(users.alterUserQuotas(new Map())).resolves.toEqual(new Map());
    expect(sim.requests()).toBe(0);
  });
});

describe('SCRAM credentials', () => {
  test('are given, listed and taken; one that is missing is no failure', async () => {
    const { users } = await setUp();
    await expect(users.alterScram([upsertion('alice'), upsertion('bob', 'SCRAM-SHA-256')], [])).resolves.toEqual(new Map());
    const known = await users.describeScram();
    expect(known.get('alice')).toEqual([{ mechanism: 'SCRAM-SHA-512', iterations: 4096 }]);
    const taken = ['bob', 'carol'].map((user) => ({ user, mechanism: 'SCRAM-SHA-256' as const }));
    await expect(users.alterScram([], taken)).resolves.toEqual(new Map());
    expect([...(await users.describeScram()).keys()]).toEqual(['alice']);
  });

  test('of one user for two mechanisms go out in two requests, since Kafka takes a user once in each', async () => {
    const { users } = await setUp();
    const both = [upsertion('alice'), upsertion('bob'), upsertion('alice', 'SCRAM-SHA-256')];
    await expect(users.alterScram(both, [])).resolves.toEqual(new Map());
    expect((await users.describeScram()).get('alice')).toHaveLength(2);
  });

  test('that Kafka does not take are told by user', async () => {
    const { users } = await setUp();
    const refused = await users.alterScram([{ ...upsertion('alice'), iterations: 1 }, upsertion('bob')], []);
    expect([...refused.keys()]).toEqual(['alice']);
    expect(refused.get('alice')!.code).toBe(93);
  });
});

describe('quotas', () => {
  test('are set, listed and taken back by key', async () => {
    const { users } = await setUp();
    const both = { producer_byte_rate: 1024, request_percentage: 12.5 };
    await users.alterUserQuotas(new Map([['CN=alice', both]]));
    expect((await users.describeUserQuotas()).get('CN=alice')).toEqual(both);
    await users.alterUserQuotas(new Map([['CN=alice', { producer_byte_rate: undefined }]]));
    expect((await users.describeUserQuotas()).get('CN=alice')).toEqual({ request_percentage: 12.5 });
  });

  test('that Kafka does not know are told by user', async () => {
    const { users } = await setUp();
    const refused = await users.alterUserQuotas(
      new Map([
        ['eve', { nonsense: 1 }],
        ['bob', { controller_mutation_rate: 5 }],
      ]),
    );
    expect([...refused.keys()]).toEqual(['eve']);
  });
});
