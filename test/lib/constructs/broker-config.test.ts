import { nodeConfig } from '../../../lib/constructs/broker-config';
import { log4jFile } from '../../../lib/constructs/log4j';
import { parseProperties } from '../../../lib/kafka/properties';
import { at, broker, cluster, nodeOf } from './small-cluster';

const config = (readOnlyConfig: string, more: object = {}) => {
  const of = cluster([broker(7, ['broker', 'controller'], more as never)], { readOnlyConfig });
  return nodeConfig(of, nodeOf(of, 7));
};

describe('the configuration of a node', () => {
  test('never changes under its name', () => {
    const one = config('num.io.threads=8');
    expect(config('num.io.threads=8').name).toBe(one.name);
    expect(config('num.io.threads=9').name).not.toBe(one.name);
    expect(config('# a comment\nnum.io.threads = 8').name).toBe(one.name);
    expect(one.name).toMatch(/^orders-config-7-[0-9a-f]{8}$/);
    expect(one.manifests.map((manifest) => [manifest.kind, manifest['immutable']])).toEqual([['ConfigMap', true]]);
  });

  test('keeps what is secret in a Secret of the same name', () => {
    const { name, hasSecret, manifests } = config('num.io.threads=8\nssl.key.password=p=1 ä');
    expect([hasSecret, manifests.map((manifest) => `${manifest.kind}/${manifest.metadata.name}`)]).toEqual([
      true,
      [`ConfigMap/${name}`, `Secret/${name}`],
    ]);
    expect(JSON.stringify(manifests[0])).not.toContain('password');
    const text = Buffer.from(at(manifests[1]!, 'data.broker-config'), 'base64').toString();
    expect(parseProperties(text)).toEqual({ 'ssl.key.password': 'p=1 ä' });
  });

  test('is another one when a secret changes', () => {
    expect(config('ssl.key.password=a').name).not.toBe(config('ssl.key.password=b').name);
  });

  test('carries the logging configuration only where there is one', () => {
    expect(Object.keys(at(config('').manifests[0]!, 'data'))).toEqual(['broker-config']);
    const own = config('', { log4jConfig: 'log4j.rootLogger=INFO' });
    expect(at(own.manifests[0]!, 'data')['log4j.properties']).toBe('log4j.rootLogger=INFO');
  });
});

describe('a logging configuration', () => {
  test.each([
    ['of Log4j 1', '# x\nlog4j.rootLogger=INFO, stdout', 'log4j.properties', '-Dlog4j.configuration=file:/config/log4j.properties'],
    ['of Log4j 2 in YAML', 'Configuration:\n  Appenders: {}', 'log4j2.yaml', '-Dlog4j2.configurationFile=/config/log4j2.yaml'],
    ['of Log4j 2 in XML', '<?xml version="1.0"?>', 'log4j2.xml', '-Dlog4j2.configurationFile=/config/log4j2.xml'],
    ['of Log4j 2 in JSON', '{ "Configuration": {} }', 'log4j2.json', '-Dlog4j2.configurationFile=/config/log4j2.json'],
    ['of Log4j 2 as properties', 'rootLogger.level=info', 'log4j2.properties', '-Dlog4j2.configurationFile=/config/log4j2.properties'],
  ])('%s is given to Kafka as such', (_name, text, name, options) => {
    expect(log4jFile(text)).toEqual({ name, options });
  });
});
