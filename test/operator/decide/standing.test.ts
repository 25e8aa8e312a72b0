import { lastLines } from '../../../operator/decide/standing';

const ENDED = `[2026-01-04 02:00:00,590] INFO Metrics reporters closed (org.apache.kafka.common.metrics.Metrics)
[2026-01-04 02:00:00,596] ERROR Exiting Kafka due to fatal exception during startup. (kafka.Kafka$)
java.lang.ClassNotFoundException: org.example.NoSuchAuthorizer
\tat java.base/jdk.internal.loader.BuiltinClassLoader.loadClass(Unknown Source)
\tat kafka.server.BrokerServer.startup(BrokerServer.scala:370)
\t... 12 more

start: Kafka ended with exit code 1
`;

describe('the last lines of a process', () => {
  test('say what it complained of, without the frames of a stack trace', () => {
    expect(lastLines(ENDED, 3)).toBe(
      '[2026-01-04 02:00:00,596] ERROR Exiting Kafka due to fatal exception during startup. (kafka.Kafka$) | java.lang.ClassNotFoundException: org.example.NoSuchAuthorizer | start: Kafka ended with exit code 1',
    );
  });

  test('are bounded, and keep their end', () => {
    expect(lastLines(`${'x'.repeat(5000)} the end`, 1)).toMatch(/^x{592} the end$/);
  });
});
