import { kafkaVersionOfImage } from '../../../lib/api/image-version';

test.each([
  ['apache/kafka:4.3.1', '4.3.1'],
  ['apache/kafka:v4.3.1', '4.3.1'],
  ['ghcr.io/adobe/koperator/kafka:2.13-3.9.2-jdk21.0.11', '3.9.2'],
  ['ghcr.io/banzaicloud/kafka:2.13-3.4.1', '3.4.1'],
  ['banzaicloud/kafka:2.13-2.6.0-bzc.1', '2.6.0'],
  ['localhost:5000/kafka:4.0.0', '4.0.0'],
  ['apache/kafka:4.3.1@sha256:0123', '4.3.1'],
  ['kafka:4.3.1-rc0', '4.3.1'],
])('reads the version of %s', (image, version) => {
  expect(kafkaVersionOfImage(image)).toBe(version);
});

test.each([
  'apache/kafka',
  'apache/kafka:latest',
  'localhost:5000/kafka',
  'apache/kafka@sha256:0123',
  'kafka:2.13',
  'kafka:4.3',
  'kafka:build-4.3.1',
  '',
])('does not guess the version of %p', (image) => {
  expect(kafkaVersionOfImage(image)).toBeUndefined();
});
