import { renderClaim } from '../../../lib/api/claim-template';

const values = { brokerId: 7, mountPath: '/kafka-logs' };

test.each([
  ['plain', 'plain'],
  ['disk-{{ .BrokerId }}', 'disk-7'],
  ['{{.BrokerId}}{{- .MountPath -}}', '7/kafka-logs'],
  ['}} {', '}} {'],
])('fills in %p', (text, filled) => {
  expect(renderClaim({ a: { b: [text, 1, true] } }, values)).toEqual({ spec: { a: { b: [filled, 1, true] } }, unknown: [] });
});

test.each([
  ['{{ .BrokerId | quote }}', '{{ .BrokerId | quote }}'],
  ['x{{ .Name }}', '{{ .Name }}'],
  ['{{ if true }}a{{ end }}', '{{ if true }}'],
  ['{{ .BrokerId', '{{ .BrokerId'],
])('does not understand %p', (text, unknown) => {
  expect(renderClaim({ volumeName: text }, values).unknown).toContain(unknown);
});
