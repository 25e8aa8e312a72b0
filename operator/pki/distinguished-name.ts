/**
 * The name of a certificate as Kafka's principals have it: `User:` and what Java's X500Principal.getName() prints. ACLs and super users
 * are compared with it letter by letter, so this is RFC 2253 with all of Java's habits: the last part first, keywords for nine attributes
 * only, everything else as number and hexadecimal, no escapes for letters beyond ASCII, and every string read as UTF-8 whatever its type.
 */
import { childAt, childrenOf, oidOf, TAG } from './der';
import type { Der } from './der';

const KEYWORDS: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'STREET',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '0.9.2342.19200300.100.1.1': 'UID',
  '0.9.2342.19200300.100.1.25': 'DC',
};

const STRINGS: ReadonlySet<number> = new Set([
  ...[TAG.utf8String, TAG.printableString, TAG.t61String, TAG.ia5String, TAG.generalString, TAG.bmpString],
]);

/** Of a Name (RFC 5280): relative names from the last to the first, each with its attributes as they are written. */
export const distinguishedName = (name: Der): string =>
  childrenOf(name)
    .map((relative) => childrenOf(relative).map(attributeText).join('+'))
    .reverse()
    .join(',');

function attributeText(attribute: Der): string {
  const type = oidOf(childAt(attribute, 0));
  const value = childAt(attribute, 1);
  const keyword = KEYWORDS[type];
  if (keyword === undefined || !STRINGS.has(value.tag)) return `${keyword ?? type}=#${value.raw.toString('hex')}`;
  return `${keyword}=${escaped(value.value.toString('utf8'))}`;
}

function escaped(text: string): string {
  const inner = text.replace(/[,=+<>#;"\\]/gu, '\\$&').replaceAll('\0', '\\00');
  const lead = /^[ \r]*/u.exec(inner)?.[0] ?? '';
  if (lead.length === inner.length) return eachEscaped(inner);
  const trail = /[ \r]*$/u.exec(inner)?.[0] ?? '';
  return `${eachEscaped(lead)}${inner.slice(lead.length, inner.length - trail.length)}${eachEscaped(trail)}`;
}

const eachEscaped = (blanks: string): string => blanks.replace(/[ \r]/gu, '\\$&');
