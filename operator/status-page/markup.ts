/** HTML in which text is text: what is put into a template is escaped unless it is markup already. */

export interface Markup {
  readonly markup: string;
}

/** `undefined` and `false` leave nothing behind. */
export type Content = string | number | Markup | undefined | false | readonly Content[];

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');

function rendered(content: Content): string {
  if (content === undefined || content === false) return '';
  if (typeof content === 'string' || typeof content === 'number') return escaped(String(content));
  return 'markup' in content ? content.markup : content.map(rendered).join('');
}

/** A template of HTML; attribute values have to stand in double quotes. */
export const html = (parts: TemplateStringsArray, ...contents: readonly Content[]): Markup => ({
  markup: parts.map((part, at) => `${part}${rendered(contents[at])}`).join(''),
});
