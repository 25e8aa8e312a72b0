/**
 * Kubernetes' own types as far as we look into them. What we look into has its type, so that a slip is refused at apply;
 * everything else is kept as written, so that a field of a newer Kubernetes is never lost on the way to the Pod.
 */
import { z } from 'zod';
import { emptied, intOrString, keyedList, list, open, text, textMap } from './field';

const anyObject = (description: string) => open({}, description);

export const affinity = open(
  {
    nodeAffinity: anyObject('Which nodes the Pod may run on.').optional(),
    podAffinity: anyObject('Which Pods it should run beside.').optional(),
    podAntiAffinity: anyObject('Which Pods it should keep away from.').optional(),
  },
  "Affinity of the Pod, as in a Pod's spec. It replaces the generated anti-affinity between nodes of the cluster.",
);

export const tolerations = list(
  open(
    {
      key: text('Key of the taint.').optional(),
      operator: text('Exists or Equal.').optional(),
      value: text('Value of the taint.').optional(),
      effect: text('NoSchedule, PreferNoSchedule or NoExecute.').optional(),
      tolerationSeconds: z.int().describe('How long a NoExecute taint is tolerated.').optional(),
    },
    'One toleration.',
  ),
  "Tolerations of the Pod, as in a Pod's spec.",
);

export const nodeSelector = textMap('Labels that a node must have to run the Pod.');

export const resources = open(
  {
    limits: emptied(z.record(z.string(), intOrString('A quantity.')).describe('The most it may use.')).optional(),
    requests: emptied(z.record(z.string(), intOrString('A quantity.')).describe('What is reserved for it.')).optional(),
  },
  'CPU, memory and other resources, as in a container.',
);

export const imagePullSecrets = list(
  open({ name: text('Name of the Secret.').optional() }, 'One Secret.'),
  'Secrets with which images are pulled.',
);

export const podSecurityContext = anyObject("Security context of the Pod, as in a Pod's spec.");
export const securityContext = anyObject('Security context of the container, as in a container.');

export const containers = (description: string) =>
  keyedList(open({ name: text('Name of the container.') }, 'A container.'), ['name'], description);

export const volumes = keyedList(open({ name: text('Name of the volume.') }, 'A volume.'), ['name'], "More volumes, as in a Pod's spec.");

export const volumeMounts = keyedList(
  open({ name: text('Name of the volume.'), mountPath: text('Where it is mounted.') }, 'A mount.'),
  ['mountPath'],
  'More mounts of the main container.',
);

export const envs = keyedList(
  open(
    {
      name: text('Name of the variable.'),
      value: text('Its value.').optional(),
      valueFrom: anyObject('Where its value comes from.').optional(),
    },
    'One variable.',
  ),
  ['name'],
  'Environment variables. A name that begins with + puts the value before, one that ends with + puts it after a variable that the operator sets (for example CLASSPATH+).',
);

export const topologySpreadConstraints = list(anyObject('One constraint.'), "Topology spread constraints of the Pods, as in a Pod's spec.");

export const labelSelector = open(
  {
    matchLabels: textMap('Labels that must be there.').optional(),
    matchExpressions: list(
      open(
        {
          key: text('Name of the label.'),
          operator: text('In, NotIn, Exists or DoesNotExist.'),
          values: list(z.string(), 'Values for In and NotIn.').optional(),
        },
        'One expression.',
      ),
      'Expressions that must hold.',
    ).optional(),
  },
  'A label selector.',
);

export const containerPorts = keyedList(
  open(
    {
      containerPort: z.int32().min(1).max(65535).describe('Number of the port.'),
      protocol: z.string().default('TCP').describe('TCP, UDP or SCTP.'),
      name: text('Name of the port.').optional(),
    },
    'A port.',
  ),
  ['containerPort', 'protocol'],
  'Ports that containers and Services get besides those of the listeners.',
);
