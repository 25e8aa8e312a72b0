/** Subject alternative names of a certificate, in the words of its profile. */
import { childAt, childrenOf, octetsOf, oidOf, readDer } from './der';
import type { Der } from './der';

const SUBJECT_ALTERNATIVE_NAME = '2.5.29.17';

/** `DNS:…`, `IP:…`, `URI:…`, `EMAIL:…`, sorted; other kinds are left out. `extensions` is field [3] of a certificate. */
export function alternativeNames(extensions: Der | undefined): readonly string[] {
  const list = extensions === undefined ? [] : childrenOf(childAt(extensions, 0));
  const extension = list.find((candidate) => oidOf(childAt(candidate, 0)) === SUBJECT_ALTERNATIVE_NAME);
  const value = extension === undefined ? undefined : childrenOf(extension).at(-1);
  if (value === undefined) return [];
  return childrenOf(readDer(octetsOf(value)))
    .flatMap((name) => nameText(name) ?? [])
    .sort();
}

function nameText({ tag, value }: Der): string | undefined {
  switch (tag) {
    case 0x81:
      return `EMAIL:${value.toString('latin1')}`;
    case 0x82:
      return `DNS:${value.toString('latin1')}`;
    case 0x86:
      return `URI:${value.toString('latin1')}`;
    case 0x87:
      return `IP:${addressText(value)}`;
    default:
      return undefined;
  }
}

function addressText(bytes: Buffer): string {
  if (bytes.length !== 16) return [...bytes].join('.');
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16));
  // RFC 5952: the longest run of zeros, the first of them, becomes two colons; never a single group.
  const longest = [8, 7, 6, 5, 4, 3, 2].find((length) => zerosAt(groups, length) >= 0);
  if (longest === undefined) return groups.join(':');
  const at = zerosAt(groups, longest);
  return `${groups.slice(0, at).join(':')}::${groups.slice(at + longest).join(':')}`;
}

const zerosAt = (groups: readonly string[], length: number): number =>
  groups.findIndex((_, index) => index + length <= groups.length && groups.slice(index, index + length).every((group) => group === '0'));
