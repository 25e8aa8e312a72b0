/**
 * What the network of an Envoy's Pod needs for its ports. A connection of its own to a broker takes any free port of the ephemeral range;
 * a listener that is added later at that very port is refused, so the range keeps clear of the ports of brokers. Both settings are
 * among the safe ones of Kubernetes.
 */
import type { RawObject } from '../api/resolved-cluster';
import { sharesOnePort, type EnvoyWay } from './envoy-way';

interface Range {
  readonly from: number;
  readonly to: number;
}

const LAST_PORT = 65535;
/** Of Linux, when nobody says anything. */
const EPHEMERAL: Range = { from: 32768, to: 60999 };
const FIRST_EPHEMERAL = 10_000;
/** Ports below this one are for root. */
const FIRST_FREE_PORT = 1024;

export function sysctls(entry: EnvoyWay): readonly RawObject[] {
  const taken = takenBy(entry);
  const range = taken.some(({ from, to }) => from <= EPHEMERAL.to && to >= EPHEMERAL.from) ? widestBeside(taken) : undefined;
  return [
    ...(range === undefined ? [] : [{ name: 'net.ipv4.ip_local_port_range', value: `${range.from} ${range.to}` }]),
    ...(taken.some(({ from }) => from < FIRST_FREE_PORT) ? [{ name: 'net.ipv4.ip_unprivileged_port_start', value: '0' }] : []),
  ];
}

/** As many ports for brokers as a cluster may ever have: the Pods do not change with them. */
const BROKERS = 2000;

/** In order. */
function takenBy(entry: EnvoyWay): readonly Range[] {
  const { startingPort, targetPort } = entry.listener;
  const one = (port: number): Range => ({ from: port, to: port });
  const brokers = sharesOnePort(entry) ? [] : [{ from: startingPort, to: Math.min(startingPort + BROKERS, LAST_PORT) }];
  return [one(targetPort), one(entry.way.envoy.healthCheckPort), ...brokers].sort((a, b) => a.from - b.from);
}

function widestBeside(taken: readonly Range[]): Range {
  const starts = [FIRST_EPHEMERAL, ...taken.map(({ to }) => to + 1)];
  const ends = [...taken.map(({ from }) => from - 1), LAST_PORT];
  const gaps = starts.map((from, at) => ({ from: Math.max(from, FIRST_EPHEMERAL), to: ends[at] ?? LAST_PORT }));
  return gaps.reduce((widest, gap) => (gap.to - gap.from > widest.to - widest.from ? gap : widest));
}
