import type { LiveObject } from '../../../operator/decide/world';
import type { Manifest } from '../../../lib/constructs/manifest';
import { ANNOTATION } from '../../../lib/constructs/naming';
import { podView } from '../../../operator/decide/node-view';
import { resizeOf } from '../../../operator/decide/pod-resize';

const annotations = { [ANNOTATION.revision]: 'r1' };
const wanted = (resources: object): Manifest => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'orders-1', annotations },
  spec: { containers: [{ name: 'kafka', resources }] },
});

interface Live {
  readonly revision?: string;
  readonly conditions?: readonly object[];
  readonly state?: object;
  readonly actual?: boolean;
}

function live(resources: object, { revision = 'r1', conditions = [], state = { running: {} }, actual = true }: Live = {}) {
  const metadata = {
    name: 'orders-1',
    uid: 'u',
    resourceVersion: '1',
    creationTimestamp: '2026-01-01T00:00:00Z',
    annotations: { [ANNOTATION.revision]: revision },
  };
  const container = { name: 'kafka', restartCount: 0, state, ...(actual ? { resources } : {}) };
  const status = { phase: 'Running', conditions, containerStatuses: [container] };
  const object: LiveObject = { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [{ name: 'kafka', resources }] }, status };
  return podView(object, '');
}

const SMALL = { requests: { cpu: '1', memory: '2Gi' }, limits: { memory: '3Gi' } };
const MORE = { requests: { cpu: '2', memory: '2Gi' }, limits: { memory: '3Gi' } };
const pending = (reason: string) => [{ type: 'PodResizePending', status: 'True', reason, message: 'no room' }];

describe('resources', () => {
  test.each<[string, object, ReturnType<typeof live>, string | undefined]>([
    ['that are as wanted need nothing', SMALL, live(SMALL), undefined],
    [
      'in another notation need nothing',
      { requests: { cpu: '1000m', memory: '2048Mi' }, limits: { memory: '3Gi' } },
      live(SMALL),
      undefined,
    ],
    ['that differ are changed live', MORE, live(SMALL), 'live'],
    ['of an outdated Pod come with its restart', MORE, live(SMALL, { revision: 'r0' }), undefined],
    ['of a process that does not run come with a new Pod', MORE, live(SMALL, { state: { waiting: {} } }), 'restart'],
    ['need a restart where the kubelet cannot change them', MORE, live(SMALL, { actual: false }), 'restart'],
    ['need a restart when memory shrinks', { ...SMALL, limits: { memory: '2Gi' } }, live(SMALL), 'restart'],
    ['whose request of memory shrinks are changed live', { ...SMALL, requests: { cpu: '1', memory: '1Gi' } }, live(SMALL), 'live'],
    ['that the node can never give need a restart', SMALL, live(SMALL, { conditions: pending('Infeasible') }), 'restart'],
    ['that the node cannot give now are waited for', SMALL, live(SMALL, { conditions: pending('Deferred') }), 'waits'],
    [
      'that the kubelet failed to change are waited for',
      SMALL,
      live(SMALL, { conditions: [{ type: 'PodResizeInProgress', status: 'True', reason: 'Error', message: 'cgroup' }] }),
      'waits',
    ],
    [
      'that are being changed need nothing',
      SMALL,
      live(SMALL, { conditions: [{ type: 'PodResizeInProgress', status: 'True' }] }),
      undefined,
    ],
    ['changed again while the last change waits are asked for anew', MORE, live(SMALL, { conditions: pending('Deferred') }), 'live'],
  ])('%s', (_sentence, want, pod, how) => {
    expect(resizeOf(wanted(want), pod)?.how).toBe(how);
  });

  test('that are limits alone are requests too, as the API server has it', () => {
    const before = { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '1', memory: '1Gi' } };
    expect(resizeOf(wanted({ limits: { cpu: '1', memory: '1Gi' } }), live(before))).toBeUndefined();
    expect(resizeOf(wanted({ limits: { cpu: '2', memory: '1Gi' } }), live(before))).toMatchObject({
      resources: { limits: { cpu: '2', memory: '1Gi' }, requests: { cpu: '2', memory: '1Gi' } },
    });
  });

  test('that somebody else set beside ours stay', () => {
    expect(resizeOf(wanted({ requests: { cpu: '2' } }), live({ requests: { cpu: '1' }, limits: { cpu: '4' } }))).toMatchObject({
      resources: { requests: { cpu: '2' }, limits: { cpu: '4' } },
    });
  });
});
