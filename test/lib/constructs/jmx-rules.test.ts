import { parse } from 'yaml';
import { OWN_JMX_RULES, withReadyRules } from '../../../lib/constructs/jmx-rules';
import { READY_SCRIPT } from '../../../lib/constructs/scripts/ready';

const BEANS = ['kafka.server:type=KafkaServer,name=BrokerState', 'kafka.server:type=raft-metrics'];
const READY = ['kafka_server_kafkaserver_brokerstate', 'kafka_server_raft_metrics_current_state'];

describe('the rules of the exporter', () => {
  test.each(READY)('report %s, which the readiness script asks for', (name) => {
    expect(parse(OWN_JMX_RULES).rules.map((rule: { name: string }) => rule.name)).toContain(name);
    expect(READY_SCRIPT).toContain(`=${name}\n`);
  });

  test('look at no bean of a single topic or partition', () => {
    expect(parse(OWN_JMX_RULES).includeObjectNames).toEqual(expect.arrayContaining(BEANS));
    expect(OWN_JMX_RULES).not.toMatch(/topic=|partition=|name=\*,\*/);
  });
});

describe("a user's rules", () => {
  test('come after those that readiness needs', () => {
    const merged = parse(
      withReadyRules('lowercaseOutputName: true\nrules:\n  - pattern: kafka.server<type=(.+)><>Value\n    name: mine_$1\n'),
    );
    expect(merged.rules.map((rule: { name: string }) => rule.name)).toEqual([...READY, 'mine_$1']);
    expect(merged.lowercaseOutputName).toBe(true);
    expect(merged.includeObjectNames).toBeUndefined();
  });

  test.each(['includeObjectNames', 'whitelistObjectNames'])('that look at few beans by %s look at those of readiness too', (key) => {
    const merged = parse(withReadyRules(`${key}: ["java.lang:*"]\nrules: []\n`));
    expect(merged[key]).toEqual(['java.lang:*', ...BEANS]);
  });

  test('that are none still export everything', () => {
    expect(
      parse(withReadyRules('lowercaseOutputName: true'))
        .rules.map((rule: { pattern: string }) => rule.pattern)
        .at(-1),
    ).toBe('.*');
  });

  test.each(['rules: [', 'just text'])('that cannot be read are left for the exporter to complain about: %j', (text) => {
    expect(withReadyRules(text)).toBe(text);
  });
});
