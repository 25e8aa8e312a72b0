/** One copy of texts that come again and again. */

/** More texts than these at once are not common ones. */
const MOST_TEXTS = 4_096;
/** Characters; what is longer is hardly ever said twice. */
const LONGEST = 256;

export class SharedTexts {
  readonly #known = new Map<string, string>();

  /** The same text; the copy that came first, while it is remembered. */
  of(text: string): string {
    if (text.length > LONGEST) return text;
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    if (this.#known.size >= MOST_TEXTS) this.#known.clear();
    this.#known.set(text, text);
    return text;
  }

  /** The same value, in which texts are replaced by equal ones. For what was parsed from JSON and is nobody else's to change. */
  within<T>(value: T): T {
    if (typeof value === 'string') return this.of(value) as T & string;
    if (typeof value !== 'object' || value === null) return value;
    const parts = value as Record<string, unknown>;
    for (const key of Object.keys(parts)) parts[key] = this.within(parts[key]);
    return value;
  }
}
