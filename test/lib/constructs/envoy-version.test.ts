import { envoyConfigMaps } from '../../../lib/constructs/envoy-config';
import { isOlderEnvoy } from '../../../lib/constructs/envoy-version';
import { exposed } from './envoy-files';

test.each([
  ['envoyproxy/envoy:v1.22.2', true],
  ['registry.example.com:5000/envoy:1.33.0', true],
  ['envoyproxy/envoy:v1.22-latest', true],
  ['envoyproxy/envoy:v1.34.0', false],
  ['envoyproxy/envoy:v1.40.0@sha256:0123', false],
  ['envoyproxy/envoy', false],
  ['registry.example.com:1.2/envoy', false],
  ['example.com/envoy:ours', false],
])('%s is older than what is written for a current Envoy: %s', (image, older) => {
  expect(isOlderEnvoy(image)).toBe(older);
});

test('the files of an older image have no word that came after 1.22', () => {
  const [files] = envoyConfigMaps(exposed({ ids: [100], envoyConfig: { image: 'envoyproxy/envoy:v1.22.2' } }), new Set());
  const text = JSON.stringify(files);
  for (const word of ['envoy.clusters.dns', 'dns_jitter', 'event_logger', 'bypass_overload_manager', 'global_downstream_max_connections'])
    expect(text).not.toContain(word);
  expect(text).toContain('STRICT_DNS');
});
