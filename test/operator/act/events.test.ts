import type { CertificateProfile } from '../../../lib/constructs/certificate-profiles';
import { emit, eventsOf } from '../../../operator/act/events';
import type { Action, Outcome } from '../../../operator/decide/action';
import { reason } from '../../../operator/decide/reason';
import { EVENT } from '../../../operator/kinds';
import { clusterView } from '../../../operator/observe/kube';
import { until } from '../../runtime/fake-clock';
import { FakeApiServer } from '../../runtime/fake-api-server';
import { connect } from '../../runtime/fake-client';

const target = { apiVersion: 'v1', kind: 'Pod', namespace: 'kafka', name: 'orders-1', uid: 'u', resourceVersion: '1' };
const base = { risk: 'safe', reasons: [reason('Missing', 'its Pod is gone')] } as const;
const pod = (node: number): Action => ({
  ...base,
  kind: 'createPod',
  node,
  manifest: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x' } },
});
const restart = (running: boolean): Action => ({ ...base, kind: 'restartNode', node: 1, target, running });
const secret = { ...target, kind: 'Secret', name: 'orders-server-certificate' };
const issue = (certificate: 'authority' | 'nextAuthority' | 'server' | 'client', again: boolean, why = 'missing'): Action => ({
  kind: 'issueCertificate',
  risk: 'safe',
  certificate,
  profile: { commonName: 'x', names: [], keyType: 'ECDSA-P256', usages: [] } as unknown as CertificateProfile,
  manifest: { apiVersion: 'v1', kind: 'Secret', metadata: { name: `orders-${certificate}` } },
  replaces: again ? secret : undefined,
  javaStores: false,
  at: 0,
  reasons: [reason('CertificateDue', why)],
});
const step = (which: 'switch' | 'drop'): Action => ({
  kind: 'replaceAuthority',
  risk: 'safe',
  step: which,
  target: secret,
  at: 0,
  reasons: [reason('AuthorityDue', 'in time')],
});
const done = (action: Action): Outcome => ({ action, result: 'done' });

describe('what is worth an Event', () => {
  it.each<[string, readonly Outcome[], readonly string[]]>([
    [
      'one for all Pods of a pass, with the reason once',
      [done(pod(0)), done(pod(2))],
      ['Normal NodesStarted created the Pods of nodes 0, 2: its Pod is gone'],
    ],
    ['a restart of what ran', [done(restart(true))], ['Normal NodeRestarted restart node 1 its Pod is gone']],
    ['the replacement of what had ended', [done(restart(false))], ['Normal PodReplaced replace node 1 its Pod is gone']],
    ['a refusal for good, as a warning', [{ action: pod(1), result: 'failed', message: 'cannot' }], ['Warning WriteRefused cannot']],
    [
      'nothing that is tried again or refused for now',
      [
        { action: pod(1), result: 'retry', message: 'x' },
        { action: restart(true), result: 'refused', message: 'x' },
      ],
      [],
    ],
    [
      'one for all certificates that are made, with the reason once, and one for all that are renewed',
      [done(issue('authority', false)), done(issue('server', false)), done(issue('client', true, 'it ends soon'))],
      [
        'Normal CertificateIssued Secret orders-authority, Secret orders-server: missing',
        'Normal CertificateRenewed Secret orders-client: it ends soon',
      ],
    ],
    [
      'each step of the replacement of a CA',
      [done(issue('nextAuthority', true, 'it ends soon')), done(step('switch')), done(step('drop'))],
      ['Normal AuthorityPrepared the next CA is made: it ends soon', 'Normal AuthoritySwitched in time', 'Normal AuthorityDropped in time'],
    ],
    ['nothing of a certificate that was not written', [{ action: issue('server', true), result: 'retry', message: 'x' }], []],
    ['nothing that is only applied or marked', [done({ ...base, kind: 'annotate', target, annotations: {} })], []],
  ])('%s', (_, outcomes, said) => {
    expect(eventsOf(outcomes).map((e) => `${e.type} ${e.reason} ${e.message}`)).toEqual(said);
  });
});

describe('telling an Event', () => {
  const meta = { name: 'orders', namespace: 'kafka', uid: 'u', resourceVersion: '1', creationTimestamp: '' };
  const cluster = clusterView({ apiVersion: 'x', kind: 'KafkaCluster', metadata: meta });

  it('makes one about the KafkaCluster, and does not wait; one that is lost is told of and no more', async () => {
    const server = await FakeApiServer.start();
    const { client, transport } = connect(server);
    const lost: unknown[] = [];
    const draft = { type: 'Normal', reason: 'NodeRestarted', message: 'x'.repeat(3000) } as const;
    const told = { now: Date.parse('2026-01-01T00:00:00.123Z'), lost: (error: unknown) => lost.push(error) };
    emit(client, cluster, draft, told);
    await until(() => server.list(EVENT).length === 1);
    expect(server.list(EVENT)[0]).toMatchObject({
      involvedObject: { kind: 'KafkaCluster', name: 'orders', uid: 'u' },
      reason: 'NodeRestarted',
      type: 'Normal',
      message: 'x'.repeat(1000),
      firstTimestamp: '2026-01-01T00:00:00Z',
    });
    server.fault({ resource: 'events' }, { status: 403 });
    emit(client, cluster, draft, { ...told, now: told.now + 1 });
    await until(() => lost.length === 1);
    transport.close();
    await server.close();
  });
});

describe('an operation', () => {
  const target = { apiVersion: 'v1', kind: 'CruiseControlOperation', namespace: 'kafka', name: 'even-out', uid: 'u', resourceVersion: '1' };
  const told = (currentTask: object): readonly string[] =>
    eventsOf([{ action: { kind: 'recordOperation', risk: 'safe', target, status: { currentTask }, reasons: [] }, result: 'done' }]).map(
      ({ type, reason, message }) => `${type} ${reason}: ${message}`,
    );

  test.each<[string, object, readonly string[]]>([
    ['begins', { state: 'Active', marker: 'm' }, ['Normal OperationBegun: even-out is begun']],
    ['goes on', { state: 'Active', id: 't' }, []],
    ['moves', { state: 'InExecution', id: 't' }, []],
    ['waits', { state: '' }, []],
    ['ends', { state: 'Completed', id: 't' }, ['Normal OperationCompleted: even-out is completed']],
    ['fails', { state: 'CompletedWithError', errorMessage: 'no racks' }, ['Warning OperationFailed: even-out failed: no racks']],
  ])('that %s', (_what, task, events) => {
    expect(told(task)).toEqual(events);
  });
});
