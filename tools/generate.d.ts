import type { Manifest } from '../lib/constructs/manifest';

/** Everything that is generated from the given CRDs, paths relative to the repository's root. */
export function generated(crds: readonly Manifest[]): readonly { readonly path: string; readonly text: string }[];
