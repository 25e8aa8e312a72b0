/**
 * The pieces that the schemas are made of. One zod schema gives the CRD, the TypeScript types and the operator's own
 * parser, so only what Kubernetes' structural schemas can say may be used: no transforms, no refinements, no unions.
 * A check that the type cannot say is a CEL rule, which the API server runs as well.
 */
import { z } from 'zod';

/** One `x-kubernetes-validations` entry. `self` and, in transition rules, `oldSelf` are the value it stands on. */
export interface CelRule {
  readonly rule: string;
  /** What is wrong and what to write instead. */
  readonly message: string;
  /** Where the error is shown, relative to the value, for example `.brokers`. */
  readonly fieldPath?: string;
}

/** Adds CEL rules to a schema. Every list and text that a rule walks needs a bound, else the API server refuses the rule as too costly. */
export const withRules = <T extends z.ZodType>(schema: T, rules: readonly CelRule[]): T =>
  schema.meta({ 'x-kubernetes-validations': rules });

/** Text; `max` in characters. */
export const text = (description: string, max?: number): z.ZodString =>
  (max === undefined ? z.string() : z.string().max(max)).describe(description);

export const flag = (description: string): z.ZodBoolean => z.boolean().describe(description);

export const integer = (description: string, min?: number, max?: number): z.ZodInt32 => {
  const low = min === undefined ? z.int32() : z.int32().min(min);
  return (max === undefined ? low : low.max(max)).describe(description);
};

export const port = (description: string): z.ZodInt32 => integer(description, 1, 65535);

/**
 * A map with null in the CRD: server-side apply leaves null, and no empty map, where somebody takes the last entry of `{a: b}` away
 * by `{}`, and would be refused for it.
 */
export const emptied = <T extends z.ZodType>(map: T): T => map.meta({ ...map.meta(), nullable: true });

export const textMap = (description: string): z.ZodRecord<z.ZodString, z.ZodString> =>
  emptied(z.record(z.string(), z.string()).describe(description));

/** A list whose entries have a key: the API server refuses duplicates and server-side apply merges by it. Keys must be required or defaulted. */
export const keyedList = <T extends z.ZodType>(item: T, keys: readonly string[], description: string, max?: number): z.ZodArray<T> =>
  (max === undefined ? z.array(item) : z.array(item).max(max))
    .describe(description)
    .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': keys });

export const list = <T extends z.ZodType>(item: T, description: string, max?: number): z.ZodArray<T> =>
  (max === undefined ? z.array(item) : z.array(item).max(max)).describe(description);

/** An object whose unknown fields are kept, for pieces of Kubernetes' own types that may be newer than we are. */
export const open = <T extends z.ZodRawShape>(shape: T, description: string): z.ZodObject<T, z.core.$loose> =>
  z.looseObject(shape).describe(description);

/** A number or a text, as Kubernetes' quantities and ports. */
export const intOrString = (description: string): z.ZodUnion<readonly [z.ZodInt, z.ZodString]> =>
  z.union([z.int(), z.string()]).describe(description).meta({ 'x-kubernetes-int-or-string': true });

export const secretReference = (description: string) =>
  z.object({ name: text('Name of the Secret, in the namespace of the cluster.') }).describe(description);

/** A length of time such as `90s`, `10m`, `36h` or `90d`. */
export const duration = (description: string): z.ZodString =>
  z
    .string()
    .max(32)
    .regex(/^([0-9]+(ms|s|m|h|d))+$/)
    .describe(description);
