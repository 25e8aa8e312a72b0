import { cruiseControlOperationSpec } from '../../../lib/api/cruise-control-operation';
import { operationCrd } from '../../../lib/api/operation-crd';
import type { StructuralSchema } from '../../../lib/api/structural-schema';
import { brokenRules } from './admission';

interface Version {
  readonly name: string;
  readonly subresources: object;
  readonly schema: { readonly openAPIV3Schema: StructuralSchema };
  readonly additionalPrinterColumns: readonly { readonly name: string; readonly priority: number }[];
}

const crd = operationCrd();
const version = (crd['spec'] as { versions: readonly Version[] }).versions[0]!;
const SCHEMA = version.schema.openAPIV3Schema;

type Spec = Record<string, unknown>;
interface Written {
  readonly spec?: Spec;
  readonly status?: Spec;
}

const refused = (object: Written, old?: Written): string => brokenRules(SCHEMA, object, old).join('\n');
const operation = (name: string, parameters?: Record<string, string>): Written => ({
  spec: { operation: name, ...(parameters === undefined ? {} : { parameters }) },
});

test('group, version and names are Koperator’s, and Helm keeps it', () => {
  expect(crd.metadata).toEqual({
    name: 'cruisecontroloperations.kafka.banzaicloud.io',
    annotations: { 'helm.sh/resource-policy': 'keep' },
  });
  expect(crd['spec']).toMatchObject({ group: 'kafka.banzaicloud.io', scope: 'Namespaced', names: { kind: 'CruiseControlOperation' } });
  expect(version).toMatchObject({ name: 'v1alpha1', subresources: { status: {} } });
  expect(version.additionalPrinterColumns.filter((c) => c.priority === 0).map((c) => c.name)).toEqual([
    'Cluster',
    'Operation',
    'State',
    'Progress',
    'Age',
  ]);
});

test('an object of Koperator’s, without a spec, is accepted', () => {
  expect(SCHEMA.required).toBeUndefined();
  expect(refused({ status: { currentTask: { operation: 'add_broker', parameters: { brokerid: '3' } } } })).toBe('');
  expect(cruiseControlOperationSpec.parse({})).toEqual({ approval: 'Automatic', errorPolicy: 'retry' });
});

test.each<[string, Written]>([
  ['brokers to fill', operation('add_broker', { brokerid: '3,4' })],
  ['a rebalance without parameters', operation('rebalance')],
  [
    'a rebalance of some brokers and goals',
    operation('rebalance', { destination_broker_ids: '1,2', goals: 'RackAwareGoal,DiskCapacityGoal' }),
  ],
  ['disks to empty', operation('remove_disks', { brokerid_and_logdirs: '3-/kafka-logs/kafka,4-/kafka-logs2/kafka' })],
  ['a parameter that only Cruise Control knows', operation('rebalance', { fast_mode: 'true' })],
])('accepts %s', (_what, object) => {
  expect(refused(object)).toBe('');
});

test.each<[string, Written, string]>([
  ['brokers to fill, without saying which', operation('add_broker'), 'brokerid is missing'],
  ['brokers by name', operation('remove_broker', { brokerid: 'orders-3' }), 'write broker ids with commas'],
  ['blanks between broker ids', operation('remove_broker', { brokerid: '3, 4' }), 'write broker ids with commas'],
  [
    'disks without a broker',
    operation('remove_disks', { brokerid_and_logdirs: '/kafka-logs/kafka' }),
    'write broker id, dash and log directory',
  ],
  [
    'disks that are no absolute path',
    operation('remove_disks', { brokerid_and_logdirs: '3-kafka-logs' }),
    'write broker id, dash and log directory',
  ],
  ['disks to empty, without saying which', operation('remove_disks', { brokerid: '3' }), 'brokerid_and_logdirs is missing'],
  ['brokers of a rebalance under the wrong name', operation('rebalance', { brokerid: '3' }), 'alone'],
  ['a dry run', operation('rebalance', { dryrun: 'true' }), 'approval: Required'],
  ['a dry run in another spelling', operation('rebalance', { dryRun: 'true' }), 'approval: Required'],
  ['a reason of its own', operation('rebalance', { reason: 'because' }), 'set by the operator'],
  ['that it stops what somebody else does', operation('rebalance', { stop_ongoing_execution: 'true' }), 'set by the operator'],
  ['something that is neither true nor false', operation('rebalance', { rebalance_disk: 'yes' }), 'write "true" or "false"'],
])('refuses %s', (_what, object, says) => {
  expect(refused(object)).toContain(says);
});

const written = operation('remove_broker', { brokerid: '3' });
const begun = { currentTask: { operation: 'remove_broker', state: 'Active' } };

test.each<[string, Written, Written, string]>([
  ['another operation', operation('add_broker', { brokerid: '3' }), written, 'operation cannot change'],
  ['no operation any more', { spec: {} }, written, 'operation cannot change'],
  ['no spec any more', {}, written, 'spec cannot be taken away'],
  ['other brokers', operation('remove_broker', { brokerid: '3,4' }), written, 'parameters cannot change'],
  [
    'parameters that were not there',
    operation('rebalance', { rebalance_disk: 'true' }),
    operation('rebalance'),
    'parameters cannot change',
  ],
  ['an operation for what has begun without', { ...written, status: begun }, { spec: {}, status: begun }, 'has begun'],
])('does not take %s', (_what, object, old, says) => {
  expect(refused(object, old)).toContain(says);
});

test('what may change is approval, the error policy and how long it is kept', () => {
  const changed = { spec: { ...written.spec, approval: 'Approved', errorPolicy: 'ignore', ttlSecondsAfterFinished: 60 } };
  expect(refused(changed, written)).toBe('');
});
