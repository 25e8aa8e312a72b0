/**
 * Features are raised one by one, never by a release as a whole: that would raise kraft.version with them (KAFKA-21426), which
 * cannot be undone. `metadata.version` follows the spec and nothing else does; `kraft.version` follows an annotation of its own,
 * which turns a static quorum into a dynamic one.
 */
import { ANNOTATION } from '../../../lib/constructs/naming';
import type { Context, Rule } from '../context';
import { asksForDynamicQuorum, featuresIn, KRAFT, METADATA, wantedMetadata } from '../features';
import type { Proposal } from '../plan';
import { reason } from '../reason';
import type { FeaturesView } from '../world';

export const raiseFeatures: Rule = (context) => {
  const features = featuresIn(context.world);
  return features === undefined ? [] : [...metadata(features, context), ...quorum(features, context)];
};

function metadata({ finalized }: FeaturesView, context: Context): readonly Proposal[] {
  const level = wantedMetadata(context);
  const now = finalized[METADATA];
  if (level === undefined || now === undefined || level <= now) return [];
  const called = context.cluster.metadataVersion ?? '';
  return [raise(METADATA, level, called, 'metadataVersion of the spec asks for it; there is no way back')];
}

function quorum({ finalized }: FeaturesView, context: Context): readonly Proposal[] {
  if (!asksForDynamicQuorum(context) || (finalized[KRAFT] ?? 0) >= 1) return [];
  return [raise(KRAFT, 1, '1', `annotation ${ANNOTATION.quorumUpgrade} asks for a dynamic quorum; there is no way back`)];
}

const raise = (feature: string, level: number, called: string, why: string): Proposal => ({
  kind: 'updateFeature',
  risk: 'disruptive',
  feature,
  level,
  called,
  reasons: [reason('FeatureWanted', why)],
});
