/**
 * Java properties text, read and written as `java.util.Properties` does. Kafka reads its files byte by byte as Latin-1,
 * so everything outside printable ASCII is written as a `\uXXXX` escape; what is written here is read back unchanged.
 */

/** A line break as Java sees it. */
const LINE_BREAK = /\r\n|\r|\n/;

const LETTER_OF_ESCAPE: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' };
const ESCAPE_OF_LETTER: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\r': '\\r', '\f': '\\f', '\\': '\\\\' };

/**
 * Reads properties text: comments with `#` and `!`, the separators `=`, `:` and white space, escapes, continued lines.
 * A key that occurs twice has its last value. Never throws: `\u` without four hexadecimal digits, which Java refuses,
 * is read as the letter `u`.
 */
export function parseProperties(text: string): Record<string, string> {
  const entries = new Map(logicalLines(text).map(splitLine));
  return Object.fromEntries(entries);
}

/** Writes properties text, one `key=value` line each, sorted by key, ending with a line break; empty for no entries. */
export function formatProperties(properties: Readonly<Record<string, string>>): string {
  return Object.keys(properties)
    .sort()
    .map((key) => `${escapeKey(key)}=${escapeValue(properties[key] ?? '')}\n`)
    .join('');
}

/** Lines without comments and empty ones, with continued lines joined and leading white space gone. */
function logicalLines(text: string): string[] {
  const lines: string[] = [];
  let open: string | undefined;
  for (const raw of text.split(LINE_BREAK)) {
    const line = raw.replace(/^[ \t\f]+/, '');
    if (open === undefined && (line === '' || line.startsWith('#') || line.startsWith('!'))) continue;
    const joined: string = (open ?? '') + line;
    open = undefined;
    // To Java a line of nothing but a backslash is no line yet, so a comment may follow it.
    if (endsInContinuation(line)) open = joined.slice(0, -1) || undefined;
    else lines.push(joined);
  }
  // Java drops a backslash at the very end of the text.
  return open === undefined ? lines : [...lines, open];
}

/** An odd number of backslashes at the end: the line goes on. */
function endsInContinuation(line: string): boolean {
  const backslashes = /\\*$/.exec(line)?.[0].length ?? 0;
  return backslashes % 2 === 1;
}

function splitLine(line: string): [string, string] {
  const key = /^(?:\\.|[^\\=: \t\f])*/s.exec(line)?.[0] ?? '';
  const value = line.slice(key.length).replace(/^[ \t\f]*[=:]?[ \t\f]*/, '');
  return [unescape(key), unescape(value)];
}

function unescape(text: string): string {
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|(.)|$)/gs, (_match, code: string | undefined, letter: string | undefined) => {
    if (code !== undefined) return String.fromCharCode(parseInt(code, 16));
    return LETTER_OF_ESCAPE[letter ?? ''] ?? letter ?? '';
  });
}

function escapeKey(key: string): string {
  return escapeText(key).replace(/[ =:#!]/g, '\\$&');
}

/** In a value only leading blanks need care: the reader would take them for the separator. */
function escapeValue(value: string): string {
  return escapeText(value).replace(/^ /, '\\ ');
}

function escapeText(text: string): string {
  return text.replace(/[\\\x00-\x1f\x7f-\uffff]/g, (letter) => ESCAPE_OF_LETTER[letter] ?? unicodeEscape(letter));
}

const unicodeEscape = (letter: string): string => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;
