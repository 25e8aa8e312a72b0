/** What is kept of a Secret: no value, a hash of all of them, and what certificates in it say of themselves. */
import { secretTls } from '../pki/secret-tls';
import type { KubeObject } from '../runtime/kube-types';
import { withoutData } from '../runtime/transform';

/** For a store of Secrets. */
export function publicFacts(object: KubeObject): KubeObject {
  const data = (object.data ?? {}) as Readonly<Record<string, string>>;
  return { ...withoutData(object), tls: secretTls(data) };
}
