import { z } from 'zod';
import { brokerConfig, brokerConfigGroup } from './broker-config';
import { integer, keyedList, text, withRules } from './field';

/** The API server multiplies the cost of each rule by these, and refuses the CRD when they are larger. */
export const MAX_BROKERS = 450;
export const MAX_GROUPS = 64;
const MAX_GROUP_NAME = 63;

/** An entry of `brokers`. */
export const broker = withRules(
  z.object({
    id: integer('Node id, chosen by you and unique in the cluster; it is the name of the node for life.', 0, 65534),
    brokerConfigGroup: text('Name of the entry in brokerConfigGroups that this broker starts from.', MAX_GROUP_NAME).optional(),
    readOnlyConfig: text('Settings of this broker as properties; win over those of the cluster. A change restarts the broker.').optional(),
    brokerConfig: brokerConfig.optional(),
  }),
  [
    {
      rule: "(has(oldSelf.brokerConfigGroup) && oldSelf.brokerConfigGroup != '') || !(has(oldSelf.brokerConfig) && has(oldSelf.brokerConfig.storageConfigs) && oldSelf.brokerConfig.storageConfigs.size() > 0) || (has(self.brokerConfigGroup) && self.brokerConfigGroup != '') || (has(self.brokerConfig) && has(self.brokerConfig.storageConfigs) && self.brokerConfig.storageConfigs.size() > 0 && self.brokerConfig.storageConfigs[0].mountPath == oldSelf.brokerConfig.storageConfigs[0].mountPath)",
      message:
        'the first storage holds the metadata log of the node: keep it first, with the same mountPath, and put other storages behind it',
    },
  ],
);

export const brokers = keyedList(
  broker,
  ['id'],
  'The nodes of the cluster, brokers and controllers alike. A node that leaves the list is drained before it goes.',
  MAX_BROKERS,
);

export const brokerConfigGroups = z
  .record(z.string(), brokerConfigGroup)
  .describe('Named templates that brokers start from. Scalars of the broker win, lists are joined, storages are joined by mountPath.')
  .meta({ maxProperties: MAX_GROUPS });
