/** `upScale`: one more broker, of a group of the spec, or with a volume of its own. */
import { z } from 'zod';
import { defineAlertAction, type AlertAnswer, type AlertedCluster } from '../../../../lib/alerts/alert-action';
import { isObject, own } from '../../../../lib/api/json';
import { claimSpec, quantity } from './storage-parameters';

const parameters = z.object({
  brokerConfigGroup: z.string().max(63).optional(),
  image: z.string().max(512).optional(),
  storageClass: z.string().max(253).optional(),
  diskSize: quantity.optional(),
  mountPath: z.string().max(128).regex(/^\/./, 'begins with /').default('/kafka-logs'),
  /** JSON, as Koperator has it. */
  brokerAnnotations: z.string().max(4096).optional(),
});

type Parameters = z.output<typeof parameters>;

const MAX_ID = 65_534;

export const upScale = defineAlertAction({
  name: 'upScale',
  parameters,
  decide: ({ parameters: asked }, cluster) => {
    if (cluster.nextId > MAX_ID) return { refusal: `there is no node id above ${String(MAX_ID)}` };
    return asked.brokerConfigGroup === undefined || asked.brokerConfigGroup === ''
      ? withVolume(asked, cluster)
      : ofGroup(asked.brokerConfigGroup, cluster);
  },
});

function ofGroup(name: string, { spec, nextId }: AlertedCluster): AlertAnswer {
  const groups = own(spec, 'brokerConfigGroups');
  const group = isObject(groups) ? own(groups, name) : undefined;
  if (!isObject(group)) return { refusal: `the spec has no brokerConfigGroup ${name}` };
  const roles = own(group, 'processRoles');
  // One more voter is a change of the quorum, which no alert asks for.
  const votes = Array.isArray(roles) && roles.includes('controller');
  const broker = { id: nextId, brokerConfigGroup: name, ...(votes ? { brokerConfig: { processRoles: ['broker'] } } : {}) };
  return { changes: [{ kind: 'addBroker', broker }] };
}

function withVolume(asked: Parameters, { nextId }: AlertedCluster): AlertAnswer {
  if (asked.diskSize === undefined) return { refusal: 'it names neither a brokerConfigGroup nor a diskSize' };
  const annotations = annotationsIn(asked.brokerAnnotations);
  if (annotations === undefined) return { refusal: 'brokerAnnotations is no JSON object of texts' };
  const brokerConfig = {
    processRoles: ['broker'],
    ...(asked.image === undefined ? {} : { image: asked.image }),
    ...(Object.keys(annotations).length === 0 ? {} : { brokerAnnotations: annotations }),
    storageConfigs: [{ mountPath: asked.mountPath, pvcSpec: claimSpec(asked.diskSize, asked.storageClass) }],
  };
  return { changes: [{ kind: 'addBroker', broker: { id: nextId, brokerConfig } }] };
}

function annotationsIn(text = '{}'): Readonly<Record<string, string>> | undefined {
  try {
    const parsed = z.record(z.string().max(317), z.string().max(4096)).safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
