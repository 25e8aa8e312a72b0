import * as fc from 'fast-check';
import { cruiseControlProperties, metricsTopicName, type CruiseControlSettings } from '../../../lib/kafka/cruise-control-properties';

const settings = (changes: Partial<CruiseControlSettings> = {}): CruiseControlSettings => ({
  config: {},
  bootstrapServers: 'all:9092',
  brokers: 3,
  readOnlyConfig: {},
  ...changes,
});

test.each([
  ['where Kafka is', 'bootstrap.servers', 'elsewhere:1', 'all:9092'],
  ['who tells what topics are like', 'topic.config.provider.class', 'of.ZooKeeper', /KafkaAdminTopicConfigProvider$/],
  ['how failed brokers are found', 'kafka.broker.failure.detection.enable', 'false', 'true'],
  ['where it is reached', 'webserver.http.address', '127.0.0.1', '0.0.0.0'],
  ['its port', 'webserver.http.port', '9090', '8090'],
])('the operator says %s, whatever is written', (_name, key, written, is) => {
  expect(cruiseControlProperties(settings({ config: { [key]: written } }))[key]).toEqual(
    is instanceof RegExp ? expect.stringMatching(is) : is,
  );
});

test('ZooKeeper is not in it', () => {
  expect(cruiseControlProperties(settings({ config: { 'zookeeper.connect': 'zk' } }))).not.toHaveProperty(['zookeeper.connect']);
});

test.each(['max.active.user.tasks', 'sample.store.topic.replication.factor', 'num.partition.metrics.windows', 'capacity.config.file'])(
  'what is written wins over the default of %s',
  (key) => {
    expect(cruiseControlProperties(settings())[key]).toMatch(/.+/);
    expect(cruiseControlProperties(settings({ config: { [key]: 'mine' } }))[key]).toBe('mine');
  },
);

test.each([
  [0, '1'],
  [1, '1'],
  [2, '2'],
  [60, '3'],
])('its own topics have on %d brokers %s replicas', (brokers, replicas) => {
  expect(cruiseControlProperties(settings({ brokers }))['sample.store.topic.replication.factor']).toBe(replicas);
});

test('it reads the topic that the reporters write to, and knows how often they do', () => {
  const interval = 'cruise.control.metrics.reporter.metrics.reporting.interval.ms';
  const found = cruiseControlProperties(settings({ readOnlyConfig: { 'cruise.control.metrics.topic': 'figures', [interval]: '5000' } }));
  expect(found).toMatchObject({ 'metric.reporter.topic': 'figures', [interval]: '5000' });
  expect(cruiseControlProperties(settings())).not.toHaveProperty([interval]);
  expect(metricsTopicName({})).toBe('__CruiseControlMetrics');
});

test('whatever is written, keys are sorted and what the operator says stands', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.string()), (config) => {
      const found = cruiseControlProperties(settings({ config }));
      expect(Object.keys(found).filter((key) => !/^\d+$/.test(key))).toEqual(
        Object.keys(found)
          .filter((key) => !/^\d+$/.test(key))
          .sort(),
      );
      expect(found).toMatchObject({ 'bootstrap.servers': 'all:9092', 'webserver.http.port': '8090' });
    }),
  );
});
