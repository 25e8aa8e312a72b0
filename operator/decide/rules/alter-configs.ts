/**
 * Dynamic settings: IncrementalAlterConfigs with nothing but the keys that differ, so that what others set stays as it is.
 *
 * The names come first. A key that was altered and then left the spec can go back to its default only when it is known to be
 * ours, and an operator that is killed between the change and its note would never know. So names are recorded in the status,
 * and nothing is altered before they are seen there (decision 14).
 */
import type { AlterConfigs } from '../action';
import type { Context, Rule } from '../context';
import { isBroker, settingsWishes, type Difference, type SettingsTarget, type SettingsWish } from '../dynamic-settings';
import { describe } from '../explain';
import type { NodeView } from '../node-view';
import type { Held, Proposal } from '../plan';
import { reason, type Reason } from '../reason';
import type { BrokerStatus, ClusterStatus } from '../world';

export const alterConfigs: Rule = ({ cluster, views, world }) => {
  const wishes = settingsWishes(cluster, views, world);
  const nameless = wishes.filter((wish) => newNames(wish).length > 0);
  if (nameless.length > 0) return [recordNames(nameless)];
  return wishes.filter(({ changes }) => changes.length > 0).map(({ target, changes }) => alter(target, changes));
};

/**
 * About the whole cluster even when it is about one broker: what Kafka refuses must not keep back that broker's own restart,
 * which may be the cure.
 */
function alter(resource: SettingsTarget, differences: readonly Difference[]): AlterConfigs {
  const changes = differences.map(({ key, to, hidden }) => ({ key, value: to?.trim(), sensitive: hidden }));
  return { kind: 'alterConfigs', risk: 'safe', resource, changes, reasons: why(differences) };
}

function why(differences: readonly Difference[]): readonly Reason[] {
  const changed = differences.filter(({ to }) => to !== undefined);
  const gone = differences.filter(({ to }) => to === undefined).map(({ key }) => key);
  const back = gone.length === 1 ? 'goes back to its default' : 'go back to their defaults';
  return [
    ...(changed.length === 0 ? [] : [reason('ConfigDiffers', `${changed.map(inWords).join(', ')}, can be changed while running`)]),
    ...(gone.length === 0 ? [] : [reason('ConfigNotOurs', `${gone.join(', ')} left the spec and ${back}`)]),
  ];
}

function inWords({ key, from, to = '', hidden }: Difference): string {
  if (hidden) return `${key} (a value that is not shown)`;
  return `${key}${from === undefined ? '' : ` ${shown(from)}`} to ${shown(to)}`;
}

const SHOWN = 80;

function shown(value: string): string {
  if (value.trim() === '') return 'empty';
  return value.length <= SHOWN ? value : `${value.slice(0, SHOWN - 2)} …`;
}

// ---- names ---------------------------------------------------------------------------------------------------------

/** Keys that the spec names, that could be set, and that are not known to be ours. */
function newNames({ wanted, owned, live, kept }: SettingsWish): readonly string[] {
  if (live === undefined) return [];
  return Object.keys(wanted)
    .filter((key) => !owned.keys.includes(key) && !kept.some((k) => k.key === key))
    .sort();
}

function recordNames(wishes: readonly SettingsWish[]): Proposal {
  const brokers = wishes.flatMap((wish): readonly (readonly [string, BrokerStatus])[] =>
    wish.target.kind === 'broker' ? [[String(wish.target.id), { dynamicConfig: withNames(wish) }]] : [],
  );
  const shared = wishes.find((wish) => wish.target.kind === 'clusterDefault');
  const status: Partial<ClusterStatus> = {
    ...(shared === undefined ? {} : { clusterWideConfig: withNames(shared) }),
    ...(brokers.length === 0 ? {} : { brokersState: Object.fromEntries(brokers) }),
  };
  return {
    kind: 'record',
    risk: 'safe',
    status,
    reasons: [reason('ConfigDiffers', `settings that are the spec's from now on: ${named(wishes)}`)],
  };
}

const withNames = (wish: SettingsWish): SettingsWish['owned'] => ({ ...wish.owned, keys: [...wish.owned.keys, ...newNames(wish)].sort() });

const NAMED = 5;

function named(wishes: readonly SettingsWish[]): string {
  const of = (target: SettingsTarget): string => (target.kind === 'broker' ? `of broker ${String(target.id)}` : 'of the cluster');
  const said = wishes.slice(0, NAMED).map((wish) => `${newNames(wish).join(', ')} ${of(wish.target)}`);
  return said.join('; ') + (wishes.length > NAMED ? `; and of ${String(wishes.length - NAMED)} more brokers` : '');
}

// ---- what stands ---------------------------------------------------------------------------------------------------

/** Settings that are wished for and that somebody has to change in the spec, or that wait for a quiet moment. */
export function keptSettings({ cluster, views, world }: Context): readonly Held[] {
  const kept = settingsWishes(cluster, views, world).flatMap((wish) => wish.kept.map(({ why: because }) => held(wish.target, because)));
  return [...kept, ...views.flatMap(ofController)];
}

function held(target: SettingsTarget, because: Reason): Held {
  const what = describe(alter(target, []));
  return { what, reasons: [because], ...(target.kind === 'broker' ? { node: target.id } : {}) };
}

/** Kafka takes them from 4.3 on only, and brokers, whom the operator asks, do not tell them. */
function ofController(view: NodeView): readonly Held[] {
  const keys = Object.keys(view.node.dynamicConfig);
  if (isBroker(view) || keys.length === 0) return [];
  const message = `node ${String(view.node.id)} is only a controller, whose settings are not changed while it runs: write ${keys.sort().join(', ')} in its readOnlyConfig`;
  return [{ what: `alter    node ${String(view.node.id)}`, node: view.node.id, reasons: [reason('ConfigRefused', message)] }];
}
