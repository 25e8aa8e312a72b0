import { parse } from 'yaml';
import { offlineWorld, planOf, planOutput, worldText } from '../../../operator/commands/plan-command';
import type { KubeObject } from '../../../operator/runtime/kube-types';
import { happened } from '../../world/happenings';
import { converged, NOW } from '../../world/makers';
import { clusterFrom } from '../../world/cluster-file';

const yaml = (version: string): string => `
apiVersion: kafka.banzaicloud.io/v1beta1
kind: KafkaCluster
metadata: { name: orders, namespace: kafka, uid: uid-of-the-cluster, generation: 1 }
spec:
  kafkaVersion: ${version}
  listenersConfig:
    internalListeners:
      - { type: plaintext, name: internal, containerPort: 29092, usedForInnerBrokerCommunication: true }
      - { type: plaintext, name: controller, containerPort: 29093, usedForControllerCommunication: true }
  brokerConfigGroups:
    all: { processRoles: [controller, broker], storageConfigs: [{ mountPath: /logs, pvcSpec: { resources: { requests: { storage: 1Gi } } } }] }
  brokers: [{ id: 0, brokerConfigGroup: all }, { id: 1, brokerConfigGroup: all }, { id: 2, brokerConfigGroup: all }]
`;
const object = (version: string): KubeObject => parse(yaml(version)) as KubeObject;
const cluster = clusterFrom(yaml('4.2.1'));
const calm = converged(cluster);
const captured = (world = calm): unknown => JSON.parse(worldText(world));
const printed = (wanted: KubeObject, world: unknown, format = 'text'): string =>
  planOutput(planOf(offlineWorld(wanted, world), NOW), format);

describe('the plan of the command line', () => {
  it('is empty for what is there already', () => {
    expect(printed(object('4.2.1'), captured())).toBe('plan for kafka/orders at generation 1\n  nothing to do\n');
  });

  it('shows what a file would lead to, in a captured world, the same every time', () => {
    const text = printed(object('4.3.1'), captured());
    expect(text).toContain('restart  node 1');
    expect(text).toContain('one disruption at a time');
    expect(printed(object('4.3.1'), captured())).toBe(text);
  });

  it('shows why a thing waits', () => {
    expect(printed(object('4.3.1'), captured(happened(calm, cluster, { podGone: 2 })))).toContain(
      'node 2 does not serve; only one node may be down',
    );
  });

  it('prints JSON for programs', () => {
    const parsed = JSON.parse(printed(object('4.3.1'), captured(), 'json')) as {
      cluster: string;
      actions: { kind: string }[];
      held: unknown[];
    };
    expect(parsed).toMatchObject({ cluster: 'kafka/orders', problems: [] });
    expect(parsed.actions.map((a) => a.kind)).toContain('restartNode');
    expect(parsed.held).toHaveLength(2);
  });

  it('says what is wrong with a file that would be refused, and plans nothing', () => {
    const wrong = object('4.2.1');
    const planned = planOf(offlineWorld({ ...wrong, spec: { ...(wrong['spec'] as object), zkAddresses: ['zk:2181'] } }, captured()), NOW);
    expect(planned.plan).toBeUndefined();
    expect(planOutput(planned, 'text')).toMatch(/^the spec is refused; nothing would be touched\n {2}spec\.zkAddresses: cannot /);
    expect(JSON.parse(planOutput(planned, 'json'))).toMatchObject({ problems: [{ path: 'spec.zkAddresses' }] });
  });

  it.each<[string, unknown]>([
    ['nothing', null],
    ['a list', []],
    ['another object', { kind: 'List', items: [] }],
  ])('refuses %s for a World, with what it should be', (_, world) => {
    expect(() => offlineWorld(object('4.2.1'), world)).toThrow('cannot read the World: it is not what `kafka-operator world` prints');
  });

  it('refuses a format that it does not know', () => {
    expect(() => printed(object('4.2.1'), captured(), 'xml')).toThrow('cannot print as "xml"; write text or json');
  });
});
