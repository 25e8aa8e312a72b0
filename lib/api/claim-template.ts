/**
 * Koperator's texts in a pvcSpec may be Go templates. The two names that mean something are replaced; everything else that
 * a template could do is refused by name, because a claim made from a half-understood template cannot be changed later.
 */
import { isObject } from './json';
import type { RawObject } from './resolved-cluster';

export interface TemplateValues {
  readonly brokerId: number;
  readonly mountPath: string;
}

const ACTION = /\{\{(.*?)\}\}/gs;

/** The templates of a text that cannot be replaced, as written. */
function unknownTemplates(text: string): readonly string[] {
  const actions = [...text.matchAll(ACTION)];
  const unknown = actions.filter(([, body = '']) => valueOf(body, { brokerId: 0, mountPath: '' }) === undefined).map(([whole]) => whole);
  return text.replace(ACTION, '').includes('{{') ? [...unknown, text] : unknown;
}

function valueOf(body: string, values: TemplateValues): string | undefined {
  const name = /^-?\s*\.(BrokerId|MountPath)\s*-?$/.exec(body)?.[1];
  if (name === undefined) return undefined;
  return name === 'BrokerId' ? String(values.brokerId) : values.mountPath;
}

const rendered = (text: string, values: TemplateValues): string =>
  text.replace(ACTION, (whole, body: string) => valueOf(body, values) ?? whole);

function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, mapTexts(field, change)]));
}

/** A claim's spec with `{{ .BrokerId }}` and `{{ .MountPath }}` replaced in its texts, and the templates that are not understood. */
export function renderClaim(spec: RawObject, values: TemplateValues): { readonly spec: RawObject; readonly unknown: readonly string[] } {
  const unknown: string[] = [];
  const result = mapTexts(spec, (text) => {
    unknown.push(...unknownTemplates(text));
    return rendered(text, values);
  });
  return { spec: result as RawObject, unknown };
}
