/** The worked example of a plug-in, with the package as its author has it. */
import { join } from 'node:path';
import { askAction, type AlertAction, type AlertedCluster } from '../../lib/alerts/alert-action';

jest.mock('kafka-operator', () => jest.requireActual<object>('../../lib/index'), { virtual: true });

const { growByShare } = jest.requireActual<{ growByShare: AlertAction }>(join(__dirname, '../../examples/alert-action/grow-by-share.js'));

const volume = { mountPath: '/kafka-logs', claim: 'orders-0', size: '10Gi', capacity: '10Gi' };
const cluster: AlertedCluster = {
  name: 'orders',
  namespace: 'kafka',
  spec: {},
  brokers: [{ id: 0, roles: ['broker'], addedByAlert: false, kubeNode: 'node-a', volumes: [volume] }],
  nextId: 1,
  allowSpecEdits: false,
};

const asked = (annotations: Readonly<Record<string, string>>, claim = 'orders-0') =>
  askAction(growByShare, { fingerprint: 'f', name: 'DiskFull', labels: { persistentvolumeclaim: claim }, annotations, since: 0 }, [
    cluster,
    { replicas: {}, disksBusy: undefined },
  ]);

test.each([
  ['grows by its share', { percent: '20', limit: '500Gi' }, { changes: [{ kind: 'growClaim', claim: 'orders-0', size: '12288Mi' }] }],
  ['stops at the limit', { percent: '20', limit: '11Gi' }, { changes: [{ kind: 'growClaim', claim: 'orders-0', size: '11264Mi' }] }],
  ['refuses beyond it', { percent: '20', limit: '10Gi' }, { refusal: 'the volume has reached the limit of 10Gi' }],
])('%s', (_name, annotations, answer) => {
  expect(asked(annotations)).toEqual(answer);
});

test('refuses what it does not understand, and volumes that are not there', () => {
  expect(asked({ percent: 'much', limit: '1Gi' })).toEqual({ refusal: expect.stringContaining('percent') as string });
  expect(asked({ percent: '5', limit: '20Gi' }, 'others')).toEqual({ refusal: 'no broker has the volume others' });
});
