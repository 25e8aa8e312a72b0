/** What the generator read of a setting in one version. */
export interface SettingRow {
  readonly table: 'broker' | 'topic';
  readonly name: string;
  readonly type: string;
  readonly default: string | null;
  readonly valid: string | null;
  readonly documentation: string;
  readonly scope?: string;
}

/** The table of one kind: `rows` has the settings of each version, oldest first. */
export function table(
  kind: 'broker' | 'topic',
  versions: readonly string[],
  rows: readonly (readonly SettingRow[])[],
): {
  readonly about: string;
  readonly versions: readonly string[];
  readonly settings: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
};
