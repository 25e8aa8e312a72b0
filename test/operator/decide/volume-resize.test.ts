import { whyResizing } from '../../../operator/decide/volume-resize';
import type { LiveObject } from '../../../operator/decide/world';

const claim = (status: object): LiveObject => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'orders-1-abc', uid: 'u', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' },
  status: { phase: 'Bound', ...status },
});
const small = { capacity: { storage: '1Gi' } };
const condition = (type: string, message?: string, status = 'True') => ({ conditions: [{ type, status, message }] });
const state = (storage: string) => ({ allocatedResourceStatuses: { storage } });

describe('a claim that asks for 2Gi', () => {
  test.each<[string, object, string | undefined]>([
    ['and has it is fine', { capacity: { storage: '2Gi' } }, undefined],
    ['and has more is fine', { capacity: { storage: '3Gi' } }, undefined],
    ['and does not tell what it has is left alone', {}, undefined],
    [
      'and nobody works on it',
      small,
      'it has 1Gi of 2Gi: nobody works on it yet; does its storage class have a driver that can grow volumes?',
    ],
    ['is growing', { ...small, ...condition('Resizing') }, 'it has 1Gi of 2Gi: the storage driver is growing it'],
    [
      'waits for its file system, in its own words',
      { ...small, ...condition('FileSystemResizePending', 'Waiting for a pod') },
      'it has 1Gi of 2Gi: the file system grows once its Kubernetes node mounts it (Waiting for a pod)',
    ],
    [
      'is growing on its node',
      { ...small, ...state('NodeResizeInProgress') },
      'it has 1Gi of 2Gi: its Kubernetes node is growing the file system',
    ],
    [
      'failed at the driver, in its own words',
      { ...small, ...condition('ControllerResizeError', 'quota') },
      'it has 1Gi of 2Gi: the storage driver could not grow it and tries again (quota)',
    ],
    [
      'failed on its node',
      { ...small, ...condition('NodeResizeError', 'xfs_growfs') },
      'it has 1Gi of 2Gi: its Kubernetes node could not grow it and tries again (xfs_growfs)',
    ],
    [
      'failed for good',
      { ...small, ...state('NodeResizeInfeasible') },
      'it has 1Gi of 2Gi: its Kubernetes node cannot grow it; mend the storage, or write what it has into the spec and the claim',
    ],
    [
      'failed once and is growing again',
      { ...small, ...state('ControllerResizeInProgress'), ...condition('ControllerResizeError', 'old', 'False') },
      'it has 1Gi of 2Gi: the storage driver is growing it',
    ],
  ])('%s', (_sentence, status, expected) => {
    expect(whyResizing(claim(status), '2Gi')?.message).toBe(expected);
  });
});
