import { TOPIC_CONDITION_REASONS, TOPIC_CONDITION_TYPES } from '../../operator/decide/topics/topic-conditions';
import { documented } from './tables';

const page = 'topics.md';

test.each([
  ['Conditions', TOPIC_CONDITION_TYPES],
  ['Reasons', TOPIC_CONDITION_REASONS],
  ['Events', ['DriftCorrected', 'TopicKept', 'TopicLeft']],
])('docs/topics.md, %s: every code is explained once, and nothing else', (heading, codes) => {
  expect([...documented(page, heading)].sort()).toEqual([...codes].sort());
});
