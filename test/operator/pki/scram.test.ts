import { saltedPassword, withSalt } from '../../../operator/pki/scram';

const SALT = Buffer.from('salt-of-32-bytes-salt-of-32-bytes');

/** What ScramFormatter.saltedPassword of Kafka 4.3.1 makes of them with 8192 rounds. */
const KAFKA = [
  ['SCRAM-SHA-256', 'secret', '50f71df273b6ed198805553cbd4c0a2777fc2b15365fbf1363da52a40c0c4032'],
  ['SCRAM-SHA-256', 'p\u00e4ssw\u00f6rt', '780b5c9356b7219c49cdec5c6a100028dd89be25fc8b08a6c9b0ff18efeeac45'],
  ['SCRAM-SHA-256', 'a\u0308\u00a0\u2168 =,', '25f1ed4f311ebe44f2de22947c88c915515b7b26a39b97ec980594839b6ec2cd'],
  [
    ...(['SCRAM-SHA-512', 'secret'] as const),
    '1b17072c8e757f1e484ca42dc8234e0ffa36a9cde2ce72e32a242b7ca1a2f75d23ad51a8ae81dad4018886334abc5076a824f1ab913ec3ff3df3e83d5f479b79',
  ],
  [
    ...(['SCRAM-SHA-512', 'a\u0308\u00a0\u2168 =,'] as const),
    '3ae6abe14365438237b31b21c044370450978fa34fe0b64b4a5dd8b26124e5a2198aee847fa5bb073b6f435d4f3a9343bdc3dcaaa47fce22ffed7fdbcbb3bf5a',
  ],
] as const;

describe('SCRAM', () => {
  test.each(KAFKA)('%s of "%s" is what Kafka makes of it', (mechanism, password, hex) => {
    expect(withSalt(password, mechanism, SALT, 8192).saltedPassword.toString('hex')).toBe(hex);
  });

  test('a salt of its own each time, rounds as Kafka takes them', () => {
    const [one, other] = [saltedPassword('secret', 'SCRAM-SHA-256'), saltedPassword('secret', 'SCRAM-SHA-256')];
    expect(one.salt).toHaveLength(32);
    expect(one.salt).not.toEqual(other.salt);
    expect(one.iterations).toBe(8192);
    expect(one.saltedPassword).toEqual(withSalt('secret', 'SCRAM-SHA-256', one.salt, 8192).saltedPassword);
  });
});
