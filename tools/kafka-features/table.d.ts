/** What the generator read of a metadata version, or of another feature, in one version of Kafka. */
export type FeatureRow =
  | {
      readonly metadata: string;
      readonly level: number;
      readonly changes: boolean;
      readonly defaults: Readonly<Record<string, number>>;
    }
  | { readonly feature: string; readonly highest: number };

export interface MetadataEntry {
  readonly name: string;
  readonly level: number;
  readonly changes: boolean;
  readonly defaults: Readonly<Record<string, number>>;
}

export interface SoftwareEntry {
  readonly minor: string;
  readonly lowest: string;
  readonly highest: string;
  readonly features: Readonly<Record<string, number>>;
}

/** The whole table: `rows` has what each version says, oldest first. Throws when versions contradict each other. */
export function table(
  versions: readonly string[],
  rows: readonly (readonly FeatureRow[])[],
): {
  readonly about: string;
  readonly versions: readonly string[];
  readonly metadata: readonly MetadataEntry[];
  readonly software: readonly SoftwareEntry[];
};
