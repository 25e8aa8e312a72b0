import type { AlertChange } from '../../../../lib/alerts/alert-action';
import { whyNotChanged } from '../../../../operator/decide/alerts/change-guard';
import type { World } from '../../../../operator/decide/world';
import { CLAIM } from '../../../../operator/kinds';
import { contextOf, converged } from '../../../world/makers';
import { dedicatedNodes } from '../../../world/three-nodes';

const of = (config = '', more = '  cruiseControlConfig: {}\n'): ReturnType<typeof dedicatedNodes> =>
  dedicatedNodes(`${more}  alertManagerConfig: {${config}}`);
const calm = converged(of());
const claim = calm.objects.find(({ kind }) => kind === CLAIM.kind)?.metadata.name ?? '';

const add = (id: number): AlertChange => ({ kind: 'addBroker', broker: { id, brokerConfigGroup: 'brokers' } });
const remove = (id: number): AlertChange => ({ kind: 'removeBroker', id });
const grow = (size: string, name = claim): AlertChange => ({ kind: 'growClaim', claim: name, size });
const storage = (broker: number, mountPath = '/more', size = '1Gi'): AlertChange => ({
  kind: 'addStorage',
  broker,
  storage: { mountPath, pvcSpec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: size } } } },
});

const reasonOf = (changes: readonly AlertChange[], cluster = of(), world: World = calm): string | undefined =>
  whyNotChanged(changes, contextOf(cluster, world))?.reason;
const ofAlerts: World = { ...calm, cluster: { ...calm.cluster, brokersOfAlerts: [102] } };

describe('what is let through', () => {
  it.each<[string, readonly AlertChange[]]>([
    ['a broker more', [add(103)]],
    ['a volume more', [storage(100)]],
    ['a larger claim', [grow('2Gi')]],
  ])('%s', (_, changes) => expect(reasonOf(changes)).toBeUndefined());

  it('a broker less that an alert added', () => expect(reasonOf([remove(102)], of(), ofAlerts)).toBeUndefined());
  it('a broker less of others, when that is allowed', () => expect(reasonOf([remove(102)], of(' allowSpecEdits: true '))).toBeUndefined());
  it('as many brokers as the limit', () => expect(reasonOf([add(103)], of(' upScaleLimit: 4 '))).toBeUndefined());
  it('any number where the limit is 0', () => expect(reasonOf([add(103)], of(' upScaleLimit: 0 '))).toBeUndefined());
});

describe('what is not', () => {
  it.each<[string, readonly AlertChange[], string]>([
    ['an id that a broker has', [add(101)], 'SpecRefused'],
    ['an id that a controller has', [add(0)], 'SpecRefused'],
    ['a broker of a group that the spec lacks', [{ kind: 'addBroker', broker: { id: 103, brokerConfigGroup: 'odd' } }], 'SpecRefused'],
    ['a broker less that the spec lacks', [remove(7)], 'SpecRefused'],
    ['a controller less', [remove(0)], 'SpecRefused'],
    ['a broker less of others', [remove(102)], 'EntryOfOthers'],
    ['the last brokers less', [remove(100), remove(101), remove(102)], 'LimitReached'],
    ['a volume for a broker that the spec lacks', [storage(7)], 'SpecRefused'],
    ['a volume at a path that the broker has', [storage(100, '/logs')], 'SpecRefused'],
    ['a volume of no size', [storage(100, '/more', 'much')], 'SpecRefused'],
    ['a claim of nobody', [grow('2Gi', 'other')], 'ClaimUnknown'],
    ['a claim that would not grow', [grow('1Gi')], 'ClaimUnknown'],
    ['a claim that would shrink', [grow('1Mi')], 'ClaimUnknown'],
    ['a size that is none', [grow('much')], 'ClaimUnknown'],
    ['everything, when one of it may not be', [add(103), grow('1Gi')], 'ClaimUnknown'],
  ])('%s', (_, changes, reason) => expect(reasonOf(changes)).toBe(reason));

  it.each<[string, string, readonly AlertChange[]]>([
    ['a broker beyond the limit', ' upScaleLimit: 3 ', [add(103)]],
    ['two, of which the second one is', ' upScaleLimit: 4 ', [add(103), add(104)]],
    ['a broker below the limit', ' downScaleLimit: 3, allowSpecEdits: true ', [remove(102)]],
  ])('%s', (_, config, changes) => expect(reasonOf(changes, of(config))).toBe('LimitReached'));

  it('a broker less that nobody would empty', () => {
    const cluster = of(' allowSpecEdits: true ', '');
    expect(reasonOf([remove(102)], cluster, converged(cluster))).toBe('NoCruiseControl');
  });

  it('an id that is on record for a broker of before', () => {
    const brokersState = { ...calm.cluster.status.brokersState, 103: {} };
    const world = { ...calm, cluster: { ...calm.cluster, status: { ...calm.cluster.status, brokersState } } } as World;
    expect(reasonOf([add(103)], of(), world)).toBe('SpecRefused');
  });
});
