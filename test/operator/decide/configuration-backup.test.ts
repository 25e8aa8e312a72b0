import { gzipSync } from 'node:zlib';
import { resolve } from '../../../lib/api/resolve';
import { backupOf, recordedNodes } from '../../../operator/decide/configuration-backup';
import { threeNodes } from '../../world/three-nodes';

const packed = (value: unknown): string => gzipSync(JSON.stringify(value)).toString('base64');

describe('the backup of a broker’s configuration', () => {
  it('holds its own entry in the spec, and comes back as it was', () => {
    const node = threeNodes().nodes[1]!;
    expect(recordedNodes({ brokersState: { '1': { configurationBackup: backupOf(node) } } })).toEqual([
      { id: 1, spec: JSON.parse(JSON.stringify(node.entry)) },
    ]);
  });

  it('is enough to build the node again after it left the spec', () => {
    const cluster = threeNodes();
    const recorded = recordedNodes({
      brokersState: { '7': { configurationBackup: backupOf({ ...cluster.nodes[1]!, entry: { ...cluster.nodes[1]!.entry, id: 7 } }) } },
    });
    const object = {
      metadata: { name: 'orders', namespace: 'kafka', uid: 'u', generation: 2 },
      spec: {
        listenersConfig: {
          internalListeners: [
            { type: 'plaintext', name: 'internal', containerPort: 29092, usedForInnerBrokerCommunication: true },
            { type: 'plaintext', name: 'controller', containerPort: 29093, usedForControllerCommunication: true },
          ],
        },
        brokerConfigGroups: { all: { processRoles: ['controller', 'broker'], storageConfigs: [{ mountPath: '/logs', emptyDir: {} }] } },
        brokers: [{ id: 0, brokerConfigGroup: 'all' }],
      },
    };
    const { cluster: grown } = resolve(object, recorded);
    expect(grown?.nodes.map((n) => [n.id, n.departing])).toEqual([
      [0, false],
      [7, true],
    ]);
  });

  it.each<[string, string]>([
    ['no base64', '%%%'],
    ['not packed', Buffer.from('{}').toString('base64')],
    ['no JSON', gzipSync('{').toString('base64')],
    ['no object', packed('text')],
    ['nothing', packed(null)],
  ])('that is %s is left out, and hides no other', (_, configurationBackup) => {
    expect(
      recordedNodes({ brokersState: { '1': { configurationBackup }, '2': { configurationBackup: packed({ id: 2 }) }, '3': {} } }),
    ).toEqual([{ id: 2, spec: { id: 2 } }]);
  });

  it('of a status that remembers nothing is empty', () => expect(recordedNodes({})).toEqual([]));
});
