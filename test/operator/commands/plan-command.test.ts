import { parse } from 'yaml';
import { momentFrom, momentOf, offlineWorld, planOf, planOutput, worldText } from '../../../operator/commands/plan-command';
import { ANNOTATION } from '../../../lib/constructs/naming';
import type { KubeObject } from '../../../operator/runtime/kube-types';
import { happened } from '../../world/happenings';
import { converged, NOW } from '../../world/makers';
import { clusterFrom } from '../../world/cluster-file';

const yaml = (requests: number): string => `
apiVersion: kafka.banzaicloud.io/v1beta1
kind: KafkaCluster
metadata: { name: orders, namespace: kafka, uid: uid-of-the-cluster, generation: 1 }
spec:
  kafkaVersion: 4.3.1
  readOnlyConfig: "queued.max.requests=${requests}"
  listenersConfig:
    internalListeners:
      - { type: plaintext, name: internal, containerPort: 29092, usedForInnerBrokerCommunication: true }
      - { type: plaintext, name: controller, containerPort: 29093, usedForControllerCommunication: true }
  brokerConfigGroups:
    all: { processRoles: [controller, broker], storageConfigs: [{ mountPath: /logs, pvcSpec: { resources: { requests: { storage: 1Gi } } } }] }
  brokers: [{ id: 0, brokerConfigGroup: all }, { id: 1, brokerConfigGroup: all }, { id: 2, brokerConfigGroup: all }]
`;
const object = (requests: number): KubeObject => parse(yaml(requests)) as KubeObject;
const cluster = clusterFrom(yaml(300));
const calm = converged(cluster);
const captured = (world = calm): unknown => JSON.parse(worldText(world));
const printed = (wanted: KubeObject, world: unknown, format = 'text'): string =>
  planOutput(planOf(offlineWorld(wanted, world), NOW), format);

describe('the plan of the command line', () => {
  it('is empty for what is there already', () => {
    expect(printed(object(300), captured())).toBe('plan for kafka/orders at generation 1\n  nothing to do\n');
  });

  it('shows what a file would lead to, in a captured world, the same every time', () => {
    const text = printed(object(400), captured());
    expect(text).toContain('restart  node 1');
    expect(text).toContain('one disruption at a time');
    expect(printed(object(400), captured())).toBe(text);
  });

  it('shows why a thing waits', () => {
    const text = printed(object(400), captured(happened(calm, cluster, { podGone: 2 })));
    expect(text).toMatch(/^ {2}- {2}restart {2}node 1 .*node 2 .*does not serve/m);
  });

  it('goes by the moment of the World, whatever the day', () => {
    const world = captured();
    const seen = offlineWorld(object(400), world).world;
    expect(seen.kafka.state === 'known' && momentOf(seen) === seen.kafka.value.at).toBe(true);
    expect(momentOf({ ...seen, kafka: { state: 'unknown', why: 'silence' } })).toBe(Date.parse('2026-01-01T00:00:00Z'));
    expect(momentOf({ ...seen, kafka: { state: 'notAsked' }, objects: [] })).toBe(0);
    expect(momentFrom('2026-01-04T02:00:00Z')).toBe(Date.parse('2026-01-04T02:00:00Z'));
    expect(() => momentFrom('tomorrow')).toThrow('cannot read --now tomorrow: write a time in UTC such as 2026-01-04T02:00:00Z');
  });

  it.each(['text', 'json'])('is byte for byte the same offline, played to its end as well, as %s', (format) => {
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => {
      throw new Error('an offline plan asked for the time');
    });
    const print = (): string => {
      const look = offlineWorld(object(400), captured());
      return planOutput(planOf(look, momentOf(look.world), true), format);
    };
    const once = print();
    expect(print()).toBe(once);
    clock.mockRestore();
    expect(once).toContain(format === 'text' ? 'nothing is left to do after' : '"untilDone"');
  });

  it('plays a plan to its end, pass by pass', () => {
    const text = planOutput(planOf(offlineWorld(object(400), captured()), NOW, true), 'text');
    expect(text).toContain('until done, in the simulator: every node comes back, and nothing else happens meanwhile\npass 1\n');
    const restarts = [
      ...text.slice(text.indexOf('until done')).matchAll(/^pass (\d+)\n(?: {2}(?!restart).*\n)* {2}restart {2}node (\d)/gmu),
    ];
    expect(restarts.map((m) => m[2])).toEqual(['1', '2', '0']);
    expect(text).toMatch(/nothing is left to do after \d+ passes\n$/);
  });

  it('takes a file that knows no uid for the cluster that lives, and its annotations as applied', () => {
    const live = object(400);
    const file = { ...live, metadata: { name: 'orders', namespace: 'kafka', annotations: { [ANNOTATION.pause]: 'true', other: 'x' } } };
    const text = printed(file as unknown as KubeObject, captured());
    expect(text).toContain('restart  node 1');
    expect(text).toContain(`annotation ${ANNOTATION.pause} is set`);
    expect(text).not.toContain('does not serve');
  });

  it('tells how to approve what waits for an approval, as text and for programs', () => {
    const wanted = object(400);
    const asked = { ...wanted, spec: { ...(wanted['spec'] as object), changePolicy: { approval: 'Required' } } };
    const machine = JSON.parse(printed(asked, captured(), 'json')) as { hash: string; steps: string[]; approval: object; duration: object };
    const command = `kubectl annotate --namespace kafka --overwrite kafkacluster/orders kafka.banzaicloud.io/approved-plan=${machine.hash}`;
    expect(printed(asked, captured())).toContain(`hash ${machine.hash}, not approved: 3 steps wait\n  ${command}\n`);
    expect(machine).toMatchObject({
      approval: { required: true, stepsWaiting: 3, command },
      duration: { seconds: 75, waves: 3, restarts: 3 },
      waves: [{ nodes: [1], what: 'node' }, { nodes: [2] }, { nodes: [0] }],
    });
    expect(machine.steps).toHaveLength(3);
    const file = { ...asked, metadata: { name: 'orders', namespace: 'kafka' } };
    expect(JSON.parse(printed(file as unknown as KubeObject, captured(), 'json'))).toMatchObject({ hash: machine.hash });
  });

  it('shows an approval that is written down at once together with what follows it', () => {
    const wanted = object(400);
    const asked = { ...wanted, spec: { ...(wanted['spec'] as object), changePolicy: { approval: 'Required' } } };
    const { hash } = JSON.parse(printed(asked, captured(), 'json')) as { hash: string };
    const approved = printed({ ...asked, metadata: { ...asked.metadata, annotations: { [ANNOTATION.approvedPlan]: hash } } }, captured());
    expect(approved).toMatch(/^ {2}1 {2}record +in the status +plan [a-f0-9]+ is approved: 3 disruptive steps$/m);
    expect(approved).toMatch(/^ {2}\d {2}restart +node 1 +DISRUPTIVE/m);
    expect(approved).toContain(`hash ${hash}, approved\n`);
  });

  it('prints JSON for programs', () => {
    const parsed = JSON.parse(printed(object(400), captured(), 'json')) as {
      cluster: string;
      actions: { kind: string }[];
      held: unknown[];
    };
    expect(parsed).toMatchObject({ cluster: 'kafka/orders', problems: [] });
    expect(parsed.actions.map((a) => a.kind)).toContain('restartNode');
    expect(parsed.held).toHaveLength(2);
  });

  it('gives hints to what is accepted and could be better', () => {
    const wanted = object(300);
    const spec = { ...(wanted['spec'] as object), readOnlyConfig: 'queued.max.requests=300\nnum.io.threads=8' };
    expect(printed({ ...wanted, spec }, captured())).toMatch(
      /^hints\n {2}spec\.readOnlyConfig\[num\.io\.threads\]: num\.io\.threads can change while/m,
    );
    expect(JSON.parse(printed({ ...wanted, spec }, captured(), 'json'))).toMatchObject({
      hints: [{ path: 'spec.readOnlyConfig[num.io.threads]' }],
    });
  });

  it('says what is wrong with a file that would be refused, and plans nothing', () => {
    const wrong = object(300);
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
    expect(() => offlineWorld(object(300), world)).toThrow('cannot read the World: it is not what `kafka-operator world` prints');
  });

  it('refuses a format that it does not know', () => {
    expect(() => printed(object(300), captured(), 'xml')).toThrow('cannot print as "xml"; write text or json');
  });
});
