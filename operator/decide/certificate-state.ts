/** What cert-manager says of a Certificate. */
import { CERT_MANAGER } from '../../lib/constructs/cert-manager';
import type { LiveObject, World } from './world';

/** `silent`: its controllers said nothing of this state of the object yet; perhaps none are running. */
export interface CertificateState {
  readonly state: 'ready' | 'pending' | 'silent';
  /** In cert-manager's own words; empty when it said nothing. */
  readonly said: string;
}

interface Status {
  readonly conditions?: readonly {
    readonly type: string;
    readonly status: string;
    readonly message?: string;
    readonly observedGeneration?: number;
  }[];
}

export const isCertificate = ({ apiVersion, kind }: Pick<LiveObject, 'apiVersion' | 'kind'>): boolean =>
  kind === 'Certificate' && apiVersion.startsWith(`${CERT_MANAGER}/`);

/** Also what is said of an earlier state of the object counts as nothing. */
export function certificateState({ metadata, status }: LiveObject): CertificateState {
  const { conditions = [] } = (status ?? {}) as Status;
  const current = conditions.filter((c) => (c.observedGeneration ?? metadata.generation) === metadata.generation);
  const ready = current.find((c) => c.type === 'Ready');
  if (ready?.status === 'True') return { state: 'ready', said: ready.message ?? '' };
  // While it is being issued the condition Ready says only that the Secret is not there.
  const told = current.find((c) => c.type === 'Issuing' && c.status === 'False') ?? ready;
  return told === undefined ? { state: 'silent', said: '' } : { state: 'pending', said: told.message ?? '' };
}

/** For people: what is waited for, and who can do something about it. */
export function whyNotIssued({ metadata }: Pick<LiveObject, 'metadata'>, { state, said }: CertificateState): string {
  const name = `certificate/${metadata.name}`;
  if (state === 'silent') return `cert-manager says nothing of ${name} yet: look whether its controllers run`;
  return `${name}: ${said === '' ? 'not ready' : said}`;
}

/** Why a Secret of cert-manager's making is not there; undefined: it was not asked for it. */
export function whyNoSecret({ objects }: Pick<World, 'objects'>, secret: string): string | undefined {
  const certificate = objects.find((o) => isCertificate(o) && (o['spec'] as { secretName?: string } | undefined)?.secretName === secret);
  return certificate === undefined ? undefined : whyNotIssued(certificate, certificateState(certificate));
}
