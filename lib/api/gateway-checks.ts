/**
 * What the Gateway API needs to lead clients in. Without a class nobody makes a proxy of a Gateway, and it would be silent about it; by
 * port it leads only with what few implementations have (TCPRoute), so brokers are told apart by host name.
 */
import { ANNOTATION } from '../constructs/naming';
import { ONE_PORT, pathOfWay, problem, type ExternalPlace, type ExternalView } from './external-place';
import { isObjectName } from './host-name';
import type { Problem } from './problem';
import type { ResolvedIngress } from './resolved-cluster';

export function checkGateways({ controller, places }: ExternalView): readonly Problem[] {
  if (controller !== 'gateway') return [];
  return places
    .filter(({ listener }) => listener.accessMethod === 'LoadBalancer')
    .flatMap((place) => [...checkPort(place), ...place.listener.ways.flatMap((way) => checkClass(place, way))]);
}

function checkPort({ path, listener }: ExternalPlace): readonly Problem[] {
  if (listener.startingPort === ONE_PORT) return [];
  const message =
    'cannot lead to brokers by port with the Gateway API, which tells them apart by host name: write externalStartingPort -1 with brokerHostnameTemplate in envoyConfig and hostnameOverride, or choose another ingressController';
  return [problem(`${path}.externalStartingPort`, 'Invalid', message)];
}

function checkClass(place: ExternalPlace, way: ResolvedIngress): readonly Problem[] {
  const name = way.serviceAnnotations[ANNOTATION.gatewayClass];
  const at = `${pathOfWay(place, way)}.serviceAnnotations`;
  if (name === undefined || name === '') {
    const message = `cannot make a Gateway without a class: write its name as the annotation ${ANNOTATION.gatewayClass}; kubectl get gatewayclasses shows what there is`;
    return [problem(at, 'Required', message)];
  }
  if (isObjectName(name)) return [];
  return [
    problem(
      at,
      'Invalid',
      `cannot read ${JSON.stringify(name.slice(0, 60))} as the name of a GatewayClass: correct ${ANNOTATION.gatewayClass}`,
    ),
  ];
}
