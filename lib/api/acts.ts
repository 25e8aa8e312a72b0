/** How the table of acting fields says what acts. */

/**
 * `true`: it acts as a whole. An object: its fields are judged one by one; `*` stands for the entries of a list or map. A function:
 * what acts depends on what the value itself says, for example on the access method of a listener.
 */
export type Acts = true | ((value: Readonly<Record<string, unknown>>) => Acts) | { readonly [field: string]: Acts };

/** Each of the fields acts as a whole. */
export const actsOf = (fields: readonly string[]): Readonly<Record<string, Acts>> =>
  Object.fromEntries(fields.map((field) => [field, true as const]));

export const ENTRIES = '*';
