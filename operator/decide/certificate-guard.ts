/**
 * A process that starts into TLS without its certificates ends again and again, and one that starts without knowing whom to trust
 * would have to be started once more. So a node's first start waits for them, and so does a restart of what runs without them.
 */
import { usesSasl } from '../../lib/api/resolved-security';
import { credentialsName } from '../../lib/constructs/naming';
import { secretOf, tlsListeners } from './certificate-sight';
import type { Context } from './context';
import { entriesOf, entriesOfNode } from './keystores';
import { whyNotDrawn } from './lost-credentials';
import type { NodeView } from './node-view';
import { reason, type Reason } from './reason';
import { securityFacts } from './security-facts';

type Scope = Pick<Context, 'cluster' | 'world' | 'now' | 'views'>;

/** Why a node cannot start with what it is to start with; undefined: everything is there. */
export function whyNoCertificates(view: NodeView, context: Scope): Reason | undefined {
  return whyNoKeys(view, context) ?? whyNoPasswords(view, context);
}

function whyNoKeys(view: NodeView, context: Scope): Reason | undefined {
  const { cluster, world, now } = context;
  if (tlsListeners(cluster).length === 0) return undefined;
  const needed = entriesOfNode(cluster, view, world);
  const missing = entriesOf(cluster, world, now).filter(({ source, held }) => needed.includes(source.entry) && held === undefined);
  const bad = missing.find(({ seen }) => seen.state === 'unusable');
  if (bad?.seen.state === 'unusable') return reason('CertificateUnusable', bad.seen.why);
  const first = missing[0];
  if (first !== undefined)
    return reason('CertificatePending', 'why' in first.seen ? first.seen.why : `the key store of ${first.source.entry} is being written`);
  const isKnown = securityFacts(context).security !== undefined;
  return isKnown ? undefined : reason('CertificatePending', 'whom it is to trust is not known yet');
}

function whyNoPasswords({ node }: NodeView, { cluster, world }: Scope): Reason | undefined {
  if (!cluster.security.scram) return undefined;
  const { controller } = cluster.listeners;
  const concerned = node.roles.includes('broker') || usesSasl(controller) || world.cluster.status.quorum === 'Forming';
  if (!concerned || secretOf(world, credentialsName(cluster.name)) !== undefined) return undefined;
  return whyNotDrawn({ cluster, world }) ?? reason('CredentialsPending', `Secret ${credentialsName(cluster.name)} is being made`);
}
