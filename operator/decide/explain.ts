/** The plan in words: what the CLI prints, what stands in logs, Events and the status. One vocabulary, one place. */
import { ANNOTATION } from '../../lib/constructs/naming';
import type { Action, ChangeSpec, GrowClaim, SecurityAction, SetFinalizer } from './action';
import { changeText } from './alerts/change-text';
import type { Held, Plan } from './plan';
import { durationText, waveText } from './preview';
import type { Reason } from './reason';

/** For example `restart node 1`. */
export function describe(action: Action): string {
  switch (action.kind) {
    case 'apply':
      return `apply    ${objectName(action.manifest.kind, action.manifest.metadata.name)}`;
    case 'createPod':
      return `create   node ${String(action.node)}`;
    case 'restartNode':
      return action.running ? `restart  node ${String(action.node)}` : `replace  node ${String(action.node)}`;
    case 'delete':
      return `delete   ${objectName(action.target.kind, action.target.name)}`;
    case 'mint':
      return action.clusterId === undefined ? 'mint     a cluster id' : `record   cluster id ${action.clusterId}`;
    case 'annotate':
      return `mark     ${objectName(action.target.kind, action.target.name)}`;
    case 'setFinalizer':
      return `${action.present ? 'set      finalizer' : 'release  finalizer'}${ofObject(action)}`;
    case 'resizePod':
      return `resize   node ${String(action.node)}`;
    case 'record':
      return 'record   in the status';
    case 'askCruiseControl':
      return `ask      Cruise Control: ${action.endpoint} for ${action.operation}`;
    case 'recordOperation':
      return `record   ${objectName(action.target.kind, action.target.name)}`;
    case 'changeSpec':
    case 'growClaim':
      return describeForAlert(action);
    case 'issueCertificate':
    case 'passOnTrust':
    case 'replaceAuthority':
    case 'writeKeystores':
    case 'makeCredentials':
    case 'knowCredentials':
      return describeSecurity(action);
    default:
      return describeAtKafka(action);
  }
}

/** For example `change   the spec: add broker 3`. */
function describeForAlert(action: ChangeSpec | GrowClaim): string {
  if (action.kind === 'growClaim') return `grow     ${objectName(action.target.kind, action.target.name)} to ${action.size}`;
  return `change   the spec: ${action.changes.map(changeText).join(', ')}`;
}

/** For example `issue    secret/orders-server-certificate`. */
function describeSecurity(action: SecurityAction): string {
  switch (action.kind) {
    case 'issueCertificate':
      return action.certificate === 'nextAuthority'
        ? `issue    the next CA in secret/${action.manifest.metadata.name}`
        : `issue    secret/${action.manifest.metadata.name}`;
    case 'passOnTrust':
      return `trust    in secret/${action.target.name}`;
    case 'replaceAuthority':
      return `${action.step === 'switch' ? 'switch   to the next CA' : 'drop     the old CA'} in secret/${action.target.name}`;
    case 'writeKeystores':
      return `write    key stores ${action.sources.map((s) => s.entry).join(', ')}`.trimEnd();
    case 'makeCredentials':
      return `make     secret/${action.manifest.metadata.name}`;
    case 'knowCredentials':
      return `tell     Kafka the passwords in secret/${action.target.name}`;
  }
}

type AtKafka = Extract<
  Action,
  { kind: 'alterConfigs' | 'electLeaders' | 'addVoter' | 'removeVoter' | 'updateFeature' | 'createTopic' | 'unregisterBroker' }
>;

function describeAtKafka(action: AtKafka): string {
  switch (action.kind) {
    case 'alterConfigs':
      return action.resource.kind === 'broker' ? `alter    broker ${String(action.resource.id)}` : 'alter    cluster-wide settings';
    case 'electLeaders':
      return 'elect    preferred leaders';
    case 'addVoter':
      return `add      voter ${String(action.node)}`;
    case 'removeVoter':
      return `remove   voter ${String(action.node)}`;
    case 'updateFeature':
      return `raise    ${action.feature} to ${action.called}`;
    case 'createTopic':
      return `create   topic ${action.topic}`;
    case 'unregisterBroker':
      return `forget   broker ${String(action.node)}`;
  }
}

const ofObject = ({ of }: SetFinalizer): string => (of === undefined ? '' : ` of ${objectName(of.target.kind, of.target.name)}`);

const objectName = (kind: string, name: string): string => `${kind.toLowerCase()}/${name}`;

export const because = (reasons: readonly Reason[]): string => reasons.map((r) => r.message).join('; ');

const RISK = { safe: '', disruptive: 'DISRUPTIVE', destructive: 'DESTRUCTIVE' } as const;

export const actionLine = (action: Action): string => row(describe(action), RISK[action.risk], because(action.reasons));

/** A thing that is not done, with every reason. */
export const heldLine = (held: Held): string => row(held.what, '', because(held.reasons));

const row = (what: string, risk: string, why: string): string =>
  [what.padEnd(44), risk.padEnd(12), why]
    .join(' ')
    .replace(/ {14,}/g, (s) => s.slice(0, -12))
    .trimEnd();

interface Title {
  readonly namespace: string;
  readonly name: string;
  readonly generation: number;
}

/** What `kafka-operator plan` prints. Ends with a newline. */
export function planText(title: Title, plan: Plan): string {
  const lines = [`plan for ${title.namespace}/${title.name} at generation ${String(title.generation)}`];
  plan.actions.forEach((action, at) => lines.push(`${String(at + 1).padStart(3)}  ${actionLine(action)}`));
  if (plan.actions.length === 0) lines.push('  nothing to do');
  if (plan.held.length > 0) lines.push('held', ...plan.held.map((held) => `  -  ${heldLine(held)}`));
  lines.push(...waveLines(plan), ...approvalLines(title, plan));
  if (plan.hints !== undefined) lines.push('hints', ...plan.hints.map(({ path, message }) => `  ${path}: ${message}`));
  return `${lines.join('\n')}\n`;
}

/** Of one restart there is nothing to say that the plan does not say. */
function waveLines({ preview }: Plan): readonly string[] {
  if (preview === undefined || preview.waves.flatMap((w) => w.nodes).length < 2) return [];
  return ['waves', ...preview.waves.map((wave, at) => `${String(at + 1).padStart(3)}  ${waveText(wave)}`), `  ${durationText(preview)}`];
}

/** Where plans are approved: the hash, and how to approve it. */
function approvalLines(title: Title, { preview }: Plan): readonly string[] {
  const approval = preview?.approval;
  if (approval?.required !== true) return [];
  if (approval.waiting === 0 || approval.toRecord) return [`hash ${approval.hash}, approved`];
  const [annotate, spec] = howToApprove(title, approval.hash);
  const steps = approval.waiting === 1 ? '1 step waits' : `${String(approval.waiting)} steps wait`;
  return [`hash ${approval.hash}, not approved: ${steps}`, `  ${annotate}`, `  or in the spec: ${spec}`];
}

/** A command line, and a line of YAML. */
export const howToApprove = ({ namespace, name }: Omit<Title, 'generation'>, hash: string): readonly [string, string] => [
  `kubectl annotate --namespace ${namespace} --overwrite kafkacluster/${name} ${ANNOTATION.approvedPlan}=${hash}`,
  `changePolicy: { approvedPlan: "${hash}" }`,
];

/** A digest of a plan for one log line, for example `createPod×3 apply×7 held×1`. */
export function digest(plan: Plan): string {
  const counts = new Map<string, number>();
  for (const action of plan.actions) counts.set(action.kind, (counts.get(action.kind) ?? 0) + 1);
  if (plan.held.length > 0) counts.set('held', plan.held.length);
  return [...counts].map(([kind, n]) => `${kind}×${String(n)}`).join(' ') || 'nothing';
}
