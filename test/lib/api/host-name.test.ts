import { HOST_TEMPLATE, hostOfTemplate, isAddress, isCidr, isHostName, isObjectName } from '../../../lib/api/host-name';

test.each(['a', 'kafka.example.com', 'Kafka-1.example', '10.0.0.1', `${'a'.repeat(63)}.b`])('%s is a host name', (name) => {
  expect(isHostName(name)).toBe(true);
});

test.each([
  '',
  '.',
  'a.',
  '.a',
  'a..b',
  '-a',
  'a-',
  'a_b',
  '*.a',
  'a b',
  'a:1',
  'http://a',
  'ä.de',
  'a'.repeat(64),
  'a.'.repeat(127) + 'a',
])('%p is no host name', (name) => {
  expect(isHostName(name)).toBe(false);
});

const isTemplate = (text: string) => new RegExp(`^${HOST_TEMPLATE}$`).test(text);

test.each(['%id', 'kafka-%id.example', '%id.kafka.example', 'b%idc-%id.a', 'no-id.a'])('%s has the form of a template', (text) => {
  expect(isTemplate(text)).toBe(true);
});

test.each(['', '%', '%i.a', '*.%id', '%id-.a', '-%id', 'a_%id', '%id..a', '%ID'])('%p has not the form of a template', (text) => {
  expect(isTemplate(text)).toBe(false);
});

test('the id of a broker stands wherever the template says', () => {
  expect(hostOfTemplate('kafka-%id.rack-%id.example', 12)).toBe('kafka-12.rack-12.example');
});

test.each(['0.0.0.0/0', '10.0.0.0/8', '192.0.2.1/32', '::/0', '2001:db8::/32', '1:2:3:4:5:6:7:8/128', '::ffff:10.0.0.1/96', 'fe80::1/64'])(
  '%s is a range of addresses',
  (range) => {
    expect(isCidr(range)).toBe(true);
  },
);

test.each([
  ...[
    '',
    '10.0.0.0',
    '10.0.0.0/',
    '/8',
    '10.0.0/8',
    '10.0.0.0/33',
    '256.0.0.0/8',
    '10.0.0.0/08',
    '01.0.0.0/8',
    '10.0.0.0/8/8',
    '10.0.0.0/-1',
  ],
  ...[
    '::/129',
    '1::2::3/8',
    '1:2:3:4:5:6:7/64',
    '1:2:3:4:5:6:7:8:9/64',
    '12345::/16',
    'g::/16',
    '1:2:3:4:5:6:7:8::/16',
    'a/8',
    '10.0.0.1::/8',
  ],
])('%p is no range of addresses', (range) => {
  expect(isCidr(range)).toBe(false);
});

test.each<[string, boolean]>([
  ['a', true],
  ['proxy-tls', true],
  ['a.b', true],
  ['A', false],
  ['a_b', false],
  ['', false],
  ['a/b', false],
])('%p as the name of a Secret', (name, is) => {
  expect(isObjectName(name)).toBe(is);
});

test.each<[string, boolean]>([
  ['192.0.2.1', true],
  ['2001:db8::1', true],
  ['192.0.2.1/32', false],
  ['node.example', false],
  ['', false],
])('%p as an address', (text, is) => {
  expect(isAddress(text)).toBe(is);
});
