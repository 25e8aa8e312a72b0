import { UserHolds, retryAfter, RETRY_REFUSED, RETRY_SILENT } from '../../../operator/controllers/user-holds';
import { KubeError } from '../../../operator/runtime/kube-error';
import { USER } from '../../../operator/kinds';

const failed = { reason: 'Pending', message: 'no' } as const;
let time = 0;
let holds: UserHolds;
beforeEach(() => {
  time = 0;
  holds = new UserHolds(() => time);
});

test('what failed is not tried again before its time, unless what it depends on is another', () => {
  holds.hold('a', '1', failed);
  expect(holds.of('a', '1')).toEqual(failed);
  expect([holds.of('a', '2'), holds.of('b', '1')]).toEqual([undefined, undefined]);
  expect(holds.dueIn).toBe(RETRY_REFUSED);
  time = RETRY_REFUSED;
  expect(holds.of('a', '1')).toBeUndefined();
});

test('what is over, and whose user is gone, asks for no look any more', () => {
  holds.hold('a', '1', failed);
  holds.prune(new Set(['a']));
  expect(holds.dueIn).toBe(RETRY_REFUSED);
  holds.prune(new Set());
  expect(holds.dueIn).toBeUndefined();
  holds.hold('a', '1', failed);
  time = RETRY_REFUSED;
  holds.prune(new Set(['a']));
  expect(holds.dueIn).toBeUndefined();
});

const answered = (status: number, reason: string): KubeError =>
  new KubeError({ status, reason, said: 'no', details: undefined, verb: 'create', ref: { kind: USER }, cause: undefined });

test.each([
  ['somebody else was first', answered(409, 'Conflict'), 1_000],
  ['the API server is away', answered(503, 'ServiceUnavailable'), RETRY_SILENT],
  ['the object is refused', answered(422, 'Invalid'), RETRY_REFUSED],
  ['it is not allowed', answered(403, 'Forbidden'), RETRY_REFUSED],
  ['it cannot be done', new Error('cannot sign with the certificate of the CA'), RETRY_REFUSED],
])('that %s is tried again in its time', (_, error, wanted) => {
  expect(retryAfter(error)).toBe(wanted);
});
