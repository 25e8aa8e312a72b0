/**
 * What an action is that an alert may start: a pure function from an alert and a cluster to changes, or to a refusal. The actions of
 * the operator are made of it, and so are those of plug-ins. An action wishes; whether its changes are made is decided by the same
 * guards for all of them (limits, cool-down, budget, one at a time), and written by the operator alone.
 */
import { z } from 'zod';

const brokerId = z.int().min(0).max(65534);

/** One change. What a broker or a storage is made of is checked with the whole spec, as if somebody had written it. */
export const alertChange = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('addBroker'), broker: z.looseObject({ id: brokerId }) }),
  z.strictObject({ kind: z.literal('removeBroker'), id: brokerId }),
  z.strictObject({ kind: z.literal('addStorage'), broker: brokerId, storage: z.looseObject({ mountPath: z.string().min(2).max(128) }) }),
  z.strictObject({ kind: z.literal('growClaim'), claim: z.string().min(1).max(253), size: z.string().min(1).max(64) }),
]);

export type AlertChange = z.output<typeof alertChange>;

/** The most changes of one action. */
const MAX_CHANGES = 16;

/** Either what is to be changed, or a sentence why nothing is. */
export const alertAnswer = z.union([
  z.strictObject({ changes: z.array(alertChange).min(1).max(MAX_CHANGES) }),
  z.strictObject({ refusal: z.string().min(1).max(1000) }),
]);

export type AlertAnswer = z.output<typeof alertAnswer>;

export interface FiringAlert<P> {
  /** As Prometheus and Alertmanager compute it, in hexadecimal. */
  readonly fingerprint: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch: since when the operator knows that it fires. */
  readonly since: number;
  /** The annotations as the action's schema understands them. */
  readonly parameters: P;
}

export interface AlertedVolume {
  readonly mountPath: string;
  /** Name of its claim; undefined: an emptyDir, or not made yet. */
  readonly claim: string | undefined;
  /** What is requested, as a quantity. */
  readonly size: string | undefined;
  /** What it has. */
  readonly capacity: string | undefined;
}

export interface AlertedBroker {
  readonly id: number;
  readonly roles: readonly string[];
  /** An alert added it to the spec, and nobody else wrote into its entry since. */
  readonly addedByAlert: boolean;
  /** Name of the Kubernetes node that its Pod is bound to; empty: none. */
  readonly kubeNode: string;
  readonly volumes: readonly AlertedVolume[];
}

export interface AlertedCluster {
  readonly name: string;
  readonly namespace: string;
  /** The spec as it was written. */
  readonly spec: Readonly<Record<string, unknown>>;
  /** Nodes with role broker that the spec has, by id. */
  readonly brokers: readonly AlertedBroker[];
  /** The first id above every one that is in use, or was and is not gone yet. */
  readonly nextId: number;
  /** `alertManagerConfig.allowSpecEdits`. */
  readonly allowSpecEdits: boolean;
}

export interface AlertedWorld {
  /** Replicas that Kafka assigned to each broker, by id; undefined: Kafka is not seen. */
  readonly replicas: Readonly<Record<string, number>> | undefined;
  /** Why volumes are not to be added now: one of them is being filled, emptied or made; undefined: none is. */
  readonly disksBusy: string | undefined;
}

export interface AlertAction<P = unknown> {
  /** The annotation `command` of the alerts that it is for: letters, digits and dashes, beginning with a letter. */
  readonly name: string;
  /** Understands the annotations of the alert. Unknown annotations belong to people: do not refuse them. */
  readonly parameters: z.ZodType<P>;
  /** Pure and synchronous. Throwing is a refusal. */
  readonly decide: (alert: FiringAlert<P>, cluster: AlertedCluster, world: AlertedWorld) => AlertAnswer;
}

const NAME = /^[A-Za-z][A-Za-z0-9-]{0,62}$/;

/** An action as a plug-in exports it. @throws when its name cannot be a command */
export function defineAlertAction<P>(action: AlertAction<P>): AlertAction<P> {
  if (!NAME.test(action.name)) throw new Error(`cannot define the alert action "${action.name}": a name is letters, digits and dashes`);
  return action;
}

/** What the action says, with everything that can go wrong in it as a refusal. */
export function askAction<P>(
  action: AlertAction<P>,
  alert: Omit<FiringAlert<P>, 'parameters'>,
  seen: [AlertedCluster, AlertedWorld],
): AlertAnswer {
  const parameters = action.parameters.safeParse(alert.annotations);
  if (!parameters.success) {
    const said = parameters.error.issues.slice(0, 3).map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    return { refusal: `its annotations cannot be used: ${said.join('; ')}` };
  }
  const answer = alertAnswer.safeParse(action.decide({ ...alert, parameters: parameters.data }, ...seen));
  return answer.success ? answer.data : { refusal: 'the action answered with something that is neither changes nor a refusal' };
}
