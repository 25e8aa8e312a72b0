/** Labels of a gateway's Pods, by which its Service, its Deployment and Istio's Gateway find them: no other way in has the same. */
import { wayName, ISTIO_APP, LABEL } from './naming';
import type { Way } from './istio-routes';

export const gatewayLabels = ({ cluster, listener, way }: Way): Readonly<Record<string, string>> => ({
  [LABEL.app]: ISTIO_APP,
  [LABEL.cluster]: cluster.name,
  [LABEL.externalListener]: wayName(listener.name, way.name),
  [LABEL.namespace]: cluster.namespace,
});
