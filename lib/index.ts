/** The public surface: from a KafkaCluster as somebody wrote it to what can be built. The only barrel of the repository. */
export { kafkaClusterCrd } from './api/crd';
export { kafkaClusterSpec, type DefaultedSpec, type KafkaClusterSpec } from './api/kafka-cluster';
export { PROBLEM_CODES, type Problem, type ProblemCode } from './api/problem';
export { parseQuantity } from './api/quantity';
export { resolve, type RecordedNode, type Resolution } from './api/resolve';
export type * from './api/resolved-cluster';
export { structuralSchema, type StructuralSchema } from './api/structural-schema';
