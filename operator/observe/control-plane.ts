/**
 * Objects that a cluster registry copied here from another Kubernetes: the operator there looks after them, and here they are as good as
 * not there (Koperator does the same).
 */
import type { KubeObject } from '../runtime/kube-types';

/** On copies: which Kubernetes the object belongs to. */
export const RESOURCE_OWNER = 'cluster-registry.k8s.cisco.com/resource-owner-cluster-id';

const isOfAnotherControlPlane = ({ metadata }: Pick<KubeObject, 'metadata'>): boolean =>
  metadata.annotations?.[RESOURCE_OWNER] !== undefined;

/** Undefined: there is none, or it is a copy. */
export const ownObject = (object: KubeObject | undefined): KubeObject | undefined =>
  object === undefined || isOfAnotherControlPlane(object) ? undefined : object;

type Index = (object: KubeObject) => string | undefined;

/** An index by which they are not found. */
export const ofThisControlPlane =
  (indexBy: Index): Index =>
  (object) =>
    isOfAnotherControlPlane(object) ? undefined : indexBy(object);
