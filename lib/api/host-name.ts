/**
 * Names and addresses that clients outside are given, and how they may look. What a proxy, a gateway or a client could not use as a
 * name is refused with the spec: it would be found out by clients alone, one after the other.
 */
const LABEL = '[a-zA-Z0-9]([-a-zA-Z0-9]{0,61}[a-zA-Z0-9])?';

/** A name of hosts, or an IPv4 address; no wildcard. RE2 and JavaScript read it alike. */
export const HOST_NAME = `${LABEL}([.]${LABEL})*`;

/** The same with %id wherever a letter may stand. */
const TEMPLATE_LABEL = '(%id|[a-zA-Z0-9])((%id|[-a-zA-Z0-9])*(%id|[a-zA-Z0-9]))?';
export const HOST_TEMPLATE = `${TEMPLATE_LABEL}([.]${TEMPLATE_LABEL})*`;

export const MAX_HOST_NAME = 253;

const whole = (pattern: string): RegExp => new RegExp(`^${pattern}$`);
const IS_HOST = whole(HOST_NAME);

export const isHostName = (name: string): boolean => name.length <= MAX_HOST_NAME && IS_HOST.test(name);

/** The host name of a broker. */
export const hostOfTemplate = (template: string, id: number): string => template.replaceAll('%id', String(id));

/** Name of most Kubernetes objects, for example of a Secret: RFC 1123 subdomain. */
const IS_SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
export const isObjectName = (name: string): boolean => name.length <= MAX_HOST_NAME && IS_SUBDOMAIN.test(name);

/** An IPv4 or IPv6 address. */
export const isAddress = (text: string): boolean => isIPv4(text) || isIPv6(text);

/** Addresses with a common prefix, for example `10.0.0.0/8`. */
export function isCidr(text: string): boolean {
  const [address = '', length = '', ...rest] = text.split('/');
  if (rest.length > 0 || !/^(0|[1-9]\d{0,2})$/.test(length)) return false;
  return isIPv4(address) ? Number(length) <= 32 : isIPv6(address) && Number(length) <= 128;
}

const OCTET = /^(0|[1-9]\d{0,2})$/;

function isIPv4(text: string): boolean {
  const octets = text.split('.');
  return octets.length === 4 && octets.every((octet) => OCTET.test(octet) && Number(octet) <= 255);
}

const GROUP = /^[0-9a-fA-F]{1,4}$/;

/** Eight groups, or fewer around one `::`; the last two may be written as IPv4. */
function isIPv6(text: string): boolean {
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const last = text.split(':').at(-1) ?? '';
  const short = last.includes('.') && isIPv4(last);
  const plain = short ? groups.slice(0, -1) : groups;
  const count = plain.length + (short ? 2 : 0);
  return plain.every((group) => GROUP.test(group)) && (halves.length === 2 ? count < 8 : count === 8);
}
