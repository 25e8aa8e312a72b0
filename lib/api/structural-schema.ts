/**
 * From zod to what Kubernetes calls a structural schema: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
 * zod's OpenAPI output is nearly that; what is taken away here are the bounds of safe integers, the open end of loose
 * objects, and the branches of an int-or-string.
 */
import { z } from 'zod';

/** A JSON schema as it stands in a CRD. */
export interface StructuralSchema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, StructuralSchema>>;
  readonly required?: readonly string[];
  readonly items?: StructuralSchema;
  readonly additionalProperties?: StructuralSchema;
  readonly [keyword: string]: unknown;
}

const isSafeIntegerBound = (value: unknown): boolean =>
  value === Number.MAX_SAFE_INTEGER || value === Number.MIN_SAFE_INTEGER || value === 2147483647 || value === -2147483648;

type Json = Record<string, unknown>;

function adapt(schema: Json): void {
  if (isSafeIntegerBound(schema['minimum'])) delete schema['minimum'];
  if (isSafeIntegerBound(schema['maximum'])) delete schema['maximum'];
  delete schema['propertyNames'];
  const rest = schema['additionalProperties'];
  if (typeof rest === 'object' && rest !== null && Object.keys(rest).length === 0) {
    delete schema['additionalProperties'];
    schema['x-kubernetes-preserve-unknown-fields'] = true;
  }
  if (schema['x-kubernetes-int-or-string'] === true) delete schema['anyOf'];
}

/** The structural schema of a zod schema, with its defaults and CEL rules; a new object each time. */
export function structuralSchema(schema: z.ZodType): StructuralSchema {
  const json = z.toJSONSchema(schema, {
    target: 'openapi-3.0',
    io: 'input',
    override: (context) => {
      adapt(context.jsonSchema);
    },
  });
  delete (json as Json)['$schema'];
  return json as StructuralSchema;
}
