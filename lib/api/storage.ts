/**
 * The volumes of a node. A volume is known by its mount path for life; the first one holds the metadata log. Shrinking a
 * claim is impossible in Kubernetes and losing the metadata log is losing the node, so both are refused at apply.
 */
import { z } from 'zod';
import { intOrString, keyedList, list, open, text, withRules } from './field';

/** More disks than any machine that runs Kafka has; keeps the rules affordable for the API server. */
const MAX_DISKS = 16;
const MAX_MOUNT_PATH = 128;

const pvcSpec = open(
  {
    accessModes: list(z.string(), 'Usually ReadWriteOnce.').optional(),
    storageClassName: text('Storage class; left out: the default of the Kubernetes cluster.').optional(),
    resources: open(
      {
        requests: open(
          { storage: text('Size as text, for example 100Gi. It may grow, never shrink.', 64).optional() },
          'What is requested.',
        ).optional(),
      },
      'Resources of the claim.',
    ).optional(),
  },
  'Spec of the PersistentVolumeClaim, as in Kubernetes. In its texts {{ .BrokerId }} and {{ .MountPath }} are replaced. Wins over emptyDir.',
);

const emptyDir = open(
  { medium: text('Empty for the disk of the node, or Memory.').optional(), sizeLimit: intOrString('The most it may hold.').optional() },
  'A volume that lives and dies with the Pod: a broker that loses it has to copy its records from the others.',
);

const shown = 'self.pvcSpec.resources.requests.storage';
const before = 'oldSelf.pvcSpec.resources.requests.storage';
const has = (root: string): string =>
  `has(${root}.pvcSpec) && has(${root}.pvcSpec.resources) && has(${root}.pvcSpec.resources.requests) && has(${root}.pvcSpec.resources.requests.storage)`;

const storageConfig = withRules(
  z.object({
    mountPath: z
      .string()
      .min(1)
      .max(MAX_MOUNT_PATH)
      .describe('Absolute path where the volume is mounted; Kafka uses the directory kafka in it. It names the volume for life.'),
    pvcSpec: pvcSpec.optional(),
    emptyDir: emptyDir.optional(),
  }),
  [
    {
      rule: 'has(self.pvcSpec) || has(self.emptyDir)',
      message: 'a storage needs a volume: write pvcSpec (a claim that survives the Pod) or emptyDir: {} (gone with the Pod)',
    },
    {
      rule: "self.mountPath.startsWith('/') && self.mountPath != '/'",
      message: 'mountPath must be an absolute path other than /, for example /kafka-logs',
      fieldPath: '.mountPath',
    },
    {
      rule: `!(${has('self')} && ${has('oldSelf')}) || !isQuantity(${shown}) || !isQuantity(${before}) || !quantity(${shown}).isLessThan(quantity(${before}))`,
      message: 'a volume cannot shrink: write the size it had or a larger one; to get smaller volumes add a storage with another mountPath',
    },
  ],
);

export const storageConfigs = keyedList(
  storageConfig,
  ['mountPath'],
  'The volumes of the node. Those of the group come first. The first of all holds the metadata log and stays the first for life.',
  MAX_DISKS,
);
