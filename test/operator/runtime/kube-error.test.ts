import {
  describeTarget,
  errorOfAnswer,
  isAlreadyExists,
  isConflict,
  isExpired,
  isInvalid,
  isNotFound,
  isUnavailable,
} from '../../../operator/runtime/kube-error';
import { nodes, pods } from '../../runtime/fake-client';

const tests = { isNotFound, isConflict, isAlreadyExists, isInvalid, isExpired, isUnavailable };

const verdicts = (status: number, body: unknown): string[] => {
  const error = errorOfAnswer('get', { kind: pods }, status, typeof body === 'string' ? body : JSON.stringify(body));
  return Object.entries(tests).flatMap(([name, test]) => (test(error) ? [name] : []));
};

describe('an error of the API', () => {
  it.each([
    ['an object that is not there', 404, { reason: 'NotFound' }, ['isNotFound']],
    ['a version that is not the latest', 409, { reason: 'Conflict' }, ['isConflict']],
    ['a name that is taken', 409, { reason: 'AlreadyExists' }, ['isAlreadyExists']],
    ['a field that is wrong', 422, { reason: 'Invalid' }, ['isInvalid']],
    ['two entries of one key', 500, { message: 'failed to create typed patch object (kafka/a; /v1, Kind=Pod): …' }, ['isInvalid']],
    ['a body that is wrong', 400, { reason: 'BadRequest' }, ['isInvalid']],
    ['a version that is too old', 410, { reason: 'Gone' }, ['isExpired']],
    [
      'a version of the future, by its cause',
      504,
      { details: { causes: [{ reason: 'ResourceVersionTooLarge' }] } },
      ['isExpired', 'isUnavailable'],
    ],
    ['a version of the future, by its words', 504, { message: 'Too large resource version: 9' }, ['isExpired', 'isUnavailable']],
    ['a server that is overloaded', 429, {}, ['isUnavailable']],
    ['a server that fails', 500, 'oops', ['isUnavailable']],
    ['a request that is forbidden', 403, { reason: 'Forbidden' }, []],
  ] as const)('tells of %s', (...[, status, body, expected]) => {
    expect(verdicts(status, body)).toEqual(expected);
  });

  it('is no verdict on errors of others', () => {
    expect(Object.values(tests).some((test) => test(new Error('404')) || test(undefined))).toBe(false);
  });

  it.each([
    [{ kind: pods, namespace: 'kafka', name: 'a' }, 'pods kafka/a'],
    [{ kind: pods, namespace: 'kafka' }, 'pods in namespace kafka'],
    [{ kind: pods }, 'pods in all namespaces'],
    [{ kind: nodes }, 'nodes'],
    [{ kind: nodes, name: 'a' }, 'nodes a'],
  ])('names its target %#', (target, text) => {
    expect(describeTarget(target)).toBe(text);
  });

  it('shortens what is no Status', () => {
    expect(errorOfAnswer('get', { kind: pods }, 502, 'x'.repeat(1_000)).said).toHaveLength(301);
    expect(errorOfAnswer('get', { kind: pods }, 502, '').said).toBe('no message');
  });
});
