/**
 * What the jars cannot tell: why a setting went, what took its place, and what KRaft no longer reads although the version
 * still lists it. Each with its source; "measured" was tried on the version itself. Nothing is noted here that the table says.
 */

export interface SettingNote {
  /** A setting, or all that begin so when it ends in `*`. */
  readonly key: string;
  /** KIP, release note, or what was measured. */
  readonly source: string;
  /** What to write in its place. */
  readonly instead?: string;
  /** It lives on under the name in `instead`. */
  readonly renamed?: true;
  /** KRaft does not read it, in every version that lists it. */
  readonly ignored?: true;
  /** For what the table never knew (settings of a reporter): the minor that dropped it. */
  readonly dropped?: string;
  /** A node must not be started with it. */
  readonly fatal?: Fatal;
}

export interface Fatal {
  /** First and last minor; left out: all. */
  readonly from?: string;
  readonly to?: string;
  /** Only with this value. */
  readonly value?: string;
  /** What happens: a clause that follows "because". */
  readonly because: string;
}

export const NOTES: readonly SettingNote[] = [
  {
    key: 'zookeeper.metadata.migration.enable',
    source: 'KIP-866',
    ignored: true,
    fatal: { to: '3.9', value: 'true', because: 'it starts a migration from ZooKeeper, and there is none here to migrate from' },
  },
  { key: 'zookeeper.*', source: 'KIP-500', ignored: true },
  { key: 'broker.id.generation.enable', source: 'KIP-631', ignored: true },
  { key: 'reserved.broker.max.id', source: 'KIP-631', ignored: true },
  { key: 'password.encoder.*', source: 'KIP-500', ignored: true },
  { key: 'inter.broker.protocol.version', source: 'KIP-778', ignored: true, instead: 'metadataVersion of the cluster' },
  { key: 'log.message.format.version', source: 'KIP-724', ignored: true },
  { key: 'log.message.downconversion.enable', source: 'KIP-724' },
  {
    key: 'control.plane.listener.name',
    source: 'measured on 3.9.2',
    fatal: { to: '3.9', because: 'Kafka does not start with it in KRaft mode' },
  },
  {
    key: 'delegation.token.master.key',
    source: 'KIP-681 and the notes of 4.0',
    instead: 'delegation.token.secret.key',
    renamed: true,
    fatal: { from: '4.0', because: 'Kafka would start without delegation tokens, and clients that use one could not log in' },
  },
  {
    key: 'log.message.timestamp.difference.max.ms',
    source: 'KIP-937',
    instead: 'log.message.timestamp.before.max.ms and log.message.timestamp.after.max.ms',
    renamed: true,
  },
  { key: 'auto.include.jmx.reporter', source: 'KIP-830', instead: 'metric.reporters' },
  { key: 'offsets.commit.required.acks', source: 'KIP-1041' },
  { key: 'eligible.leader.replicas.enable', source: 'KIP-966', instead: 'the feature eligible.leader.replicas.version' },
  {
    key: 'remote.log.manager.thread.pool.size',
    source: "Kafka's documentation of 4.2",
    instead: 'remote.log.manager.follower.thread.pool.size',
  },
  { key: 'metrics.jmx.blacklist', source: 'the notes of 4.0', instead: 'metrics.jmx.exclude', renamed: true, dropped: '4.0' },
  { key: 'metrics.jmx.whitelist', source: 'the notes of 4.0', instead: 'metrics.jmx.include', renamed: true, dropped: '4.0' },
];

/** The note of a setting; of several the first, which is the more precise one. */
export const noteOf = (name: string): SettingNote | undefined =>
  NOTES.find(({ key }) => (key.endsWith('*') ? name.startsWith(key.slice(0, -1)) : name === key));
