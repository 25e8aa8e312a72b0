import { SCRAM_USERS, scramFormatArguments, scramLogin, scramLogins, scramMechanism } from '../../../lib/kafka/scram';

const KEY = 'sasl.enabled.mechanisms';
const INTERNAL = { name: 'internal' };
const MODULE = 'org.apache.kafka.common.security.scram.ScramLoginModule required';

test.each([
  ['the better one where nothing is said', {}, 'SCRAM-SHA-512'],
  ['the one that is offered', { [KEY]: 'PLAIN,SCRAM-SHA-256' }, 'SCRAM-SHA-256'],
  ['that of the listener before that of all', { [KEY]: 'PLAIN', [`listener.name.internal.${KEY}`]: ' SCRAM-SHA-512 ' }, 'SCRAM-SHA-512'],
  ['none where others were chosen', { [KEY]: 'PLAIN' }, undefined],
  ['none that only sounds like it', { [KEY]: 'SCRAM-SHA-1' }, undefined],
])('one logs in by %s', (_name, written, mechanism) => {
  expect(scramMechanism(INTERNAL, written)).toBe(mechanism);
});

test('there are users for the operator, the brokers and Cruise Control', () => {
  expect(SCRAM_USERS).toEqual(['kafka-operator', 'kafka-brokers', 'kafka-cruise-control']);
});

test('a login is read back by Java whatever is in it', () => {
  expect(scramLogin('a', 'x"y\\z')).toBe(`${MODULE} username="a" password="x\\"y\\\\z";`);
});

describe('logins of brokers', () => {
  const login = `${MODULE} username="kafka-brokers" password="p";`;
  const key = (mechanism: string) => `listener.name.internal.${mechanism}.sasl.jaas.config`;

  test.each([
    ['are there for each mechanism', {}, [key('scram-sha-512'), key('scram-sha-256')]],
    ['are there for what is offered', { [KEY]: 'SCRAM-SHA-256,PLAIN' }, [key('scram-sha-256')]],
    ['leave what the user wrote', { [key('scram-sha-512')]: 'theirs' }, [key('scram-sha-256')]],
    ['leave what the user wrote for all mechanisms', { 'listener.name.internal.sasl.jaas.config': 'theirs' }, []],
  ])('%s', (_name, written, keys) => {
    expect(scramLogins([INTERNAL], written, 'p')).toEqual(Object.fromEntries(keys.map((each) => [each, login])));
  });
});

test('users for the first formatting stand one argument a line', () => {
  const credential = { user: 'a', mechanism: 'SCRAM-SHA-512', iterations: 4096, salt: 'c2FsdA==', saltedPassword: 'cGFzcw==' } as const;
  expect(scramFormatArguments([credential, { ...credential, user: 'b', mechanism: 'SCRAM-SHA-256' }])).toBe(
    [
      '--add-scram',
      'SCRAM-SHA-512=[name=a,iterations=4096,salt="c2FsdA==",saltedpassword="cGFzcw=="]',
      '--add-scram',
      'SCRAM-SHA-256=[name=b,iterations=4096,salt="c2FsdA==",saltedpassword="cGFzcw=="]',
      '',
    ].join('\n'),
  );
  expect(scramFormatArguments([])).toBe('');
});
