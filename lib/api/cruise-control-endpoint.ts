/** Where a Cruise Control is that is there already, and by which Secrets it is spoken to. */
import type { Problem } from './problem';
import type { ExternalCruiseControl } from './resolved-cluster';
import type { CruiseControlSpec } from './resolved-cruise-control';

/** Undefined: the operator deploys one. */
export function cruiseControlAccess(spec: CruiseControlSpec): ExternalCruiseControl | undefined {
  const endpoint = endpointOf(spec);
  if (endpoint === '') return undefined;
  const { enabled = false, insecureSkipVerify = false, caSecret } = spec.tls ?? {};
  const { basicSecret, tokenSecret } = spec.auth ?? {};
  return {
    origin: `${enabled ? 'https' : 'http'}://${endpoint}`,
    insecureSkipVerify,
    caSecret: caSecret?.name,
    basicSecret: basicSecret?.name,
    tokenSecret: tokenSecret?.name,
  };
}

const endpointOf = ({ cruiseControlEndpoint = '' }: CruiseControlSpec): string => cruiseControlEndpoint.trim();

export const checkCruiseControlAccess = (spec: CruiseControlSpec): readonly Problem[] =>
  endpointOf(spec) === '' ? [] : [...checkEndpoint(endpointOf(spec)), ...checkAuth(spec)];

const refused = (field: string, message: string): Problem => ({ path: `spec.cruiseControlConfig.${field}`, code: 'Invalid', message });

/** A host name, an IPv4 address or an IPv6 address in brackets, and a port. */
const ENDPOINT = /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\]):(\d{1,5})$/;

function checkEndpoint(endpoint: string): readonly Problem[] {
  const port = Number(ENDPOINT.exec(endpoint)?.[1] ?? 0);
  if (port >= 1 && port <= 65535) return [];
  const remedy = 'write host and port alone, for example cruise-control.kafka:8090; HTTPS is asked for by tls';
  return [refused('cruiseControlEndpoint', `cannot reach Cruise Control at ${endpoint}: ${remedy}`)];
}

const checkAuth = ({ auth }: CruiseControlSpec): readonly Problem[] =>
  auth?.basicSecret !== undefined && auth.tokenSecret !== undefined
    ? [refused('auth', 'cannot use a password and a token at once: leave out basicSecret or tokenSecret')]
    : [];
