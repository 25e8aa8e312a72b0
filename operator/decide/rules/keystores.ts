/** Key stores follow their sources; see keystores.ts for what is left as it is. */
import { ANNOTATION, keystoresName } from '../../../lib/constructs/naming';
import type { KeystoreSource } from '../action';
import { sourcesOf } from '../certificate-sight';
import { targetOf, type Context, type Rule } from '../context';
import { entriesOf, isDue, keystoresIn, subjectsIn, textOf, type Entry } from '../keystores';
import { reason } from '../reason';
import { revisionOf } from '../revision';
import { secretDraft } from './certificates';

export const writeKeystores: Rule = (context) => {
  const { cluster, world, now } = context;
  if (sourcesOf(cluster).length === 0) return [];
  const entries = entriesOf(cluster, world, now);
  const { object, holds } = keystoresIn(cluster, world);
  const sources = entries.flatMap((entry): readonly KeystoreSource[] => {
    const { source, seen } = entry;
    if (seen.state !== 'usable' || !isDue(entry) || becomesUnknown(context, entry)) return [];
    return [{ entry: source.entry, secret: source.secret, fingerprint: seen.certificate.fingerprint }];
  });
  // What a Pod may still have open goes when everything that runs is of the new wish: with the next certificate.
  const wanted = new Set(entries.map(({ source }) => source.entry));
  const drop = sources.length === 0 ? [] : [...holds.keys()].filter((entry) => !wanted.has(entry));
  if (sources.length === 0) return [];
  const kept = [...holds].filter(([entry]) => !drop.includes(entry));
  const content = new Map(
    [...kept, ...sources.map(({ entry, fingerprint }) => [entry, fingerprint] as const)].sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  const fresh = sources.every(({ entry }) => !holds.has(entry));
  return [
    {
      kind: 'writeKeystores',
      risk: 'safe',
      manifest: secretDraft(context, keystoresName(cluster.name), {
        [ANNOTATION.keystoresOf]: textOf(content),
        [ANNOTATION.keystoreSubjects]: subjects(entries, content),
      }),
      replaces: object === undefined ? undefined : targetOf(object),
      sources,
      drop,
      reasons: [
        fresh
          ? reason('CertificateMissing', 'missing')
          : reason('CertificateDiffers', `new certificates for ${sources.map((s) => s.entry).join(', ')}`),
      ],
    },
  ];
};

/** One line for each certificate of the user's own; undefined: there is none. */
function subjects(entries: readonly Entry[], content: ReadonlyMap<string, string>): string | undefined {
  const lines = entries.flatMap(({ source, seen }) =>
    source.own && seen.state === 'usable' && content.get(source.entry) === seen.certificate.fingerprint
      ? [`${source.entry}=${seen.certificate.subject}`]
      : [],
  );
  return lines.length === 0 ? undefined : lines.join('\n');
}

/** With another subject it is somebody else to Kafka: brokers that check ACLs have to know of it first. */
function becomesUnknown({ cluster, world, views, nodes }: Context, { source, seen }: Entry): boolean {
  const before = subjectsIn(cluster, world).get(source.entry)?.[0];
  if (!cluster.security.authorizer || before === undefined || seen.state !== 'usable' || before === seen.certificate.subject) return false;
  return views.some(({ node, pod }) => pod !== undefined && pod.revision !== revisionOf(nodes.get(node.id)?.pod));
}
