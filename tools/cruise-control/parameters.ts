/** What each endpoint is asked with, and how a request that is wrong is refused. */
import { Refusal } from './refusal';

export type Method = 'GET' | 'POST';

export interface Parameters {
  /** By name in lower case. */
  readonly values: ReadonlyMap<string, string>;
  flag(name: string, otherwise?: boolean): boolean;
  /** Broker ids; empty when the parameter is not there. */
  ids(name: string): readonly number[];
  list(name: string): readonly string[];
}

const words = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== '');

const EVERYWHERE = words('json get_response_schema doas');
const PROPOSING = words(
  `data_from goals kafka_assigner allow_capacity_estimation excluded_topics use_ready_default_goals verbose fast_mode
   exclude_recently_demoted_brokers exclude_recently_removed_brokers`,
);
const EXECUTING = words(
  `dryrun reason review_id stop_ongoing_execution concurrent_partition_movements_per_broker max_partition_movements_in_cluster
   concurrent_intra_broker_partition_movements concurrent_leader_movements broker_concurrent_leader_movements
   execution_progress_check_interval_ms skip_hard_goal_check replica_movement_strategies replication_throttle`,
);

/** By endpoint; those that are only listed here are known to Cruise Control and not to the stand-in. */
const ENDPOINTS: Readonly<Record<Method, Readonly<Record<string, readonly string[]>>>> = {
  GET: {
    ...{ BOOTSTRAP: [], TRAIN: [], LOAD: words('time start end allow_capacity_estimation populate_disk_info capacity_only') },
    PARTITION_LOAD: [],
    PROPOSALS: [...PROPOSING, 'ignore_proposal_cache', 'destination_broker_ids', 'rebalance_disk'],
    STATE: words('substates verbose super_verbose'),
    KAFKA_CLUSTER_STATE: words('topic verbose'),
    USER_TASKS: words('user_task_ids client_ids entries endpoints types fetch_completed_task'),
    ...{ REVIEW_BOARD: [], PERMISSIONS: [] },
  },
  POST: {
    ADD_BROKER: [...PROPOSING, ...EXECUTING, 'brokerid', 'throttle_added_broker'],
    REMOVE_BROKER: [...PROPOSING, ...EXECUTING, 'brokerid', 'throttle_removed_broker', 'destination_broker_ids'],
    FIX_OFFLINE_REPLICAS: [],
    REBALANCE: [...PROPOSING, ...EXECUTING, 'ignore_proposal_cache', 'destination_broker_ids', 'rebalance_disk'],
    STOP_PROPOSAL_EXECUTION: words('force_stop stop_external_agent reason review_id'),
    ...{ PAUSE_SAMPLING: [], RESUME_SAMPLING: [], DEMOTE_BROKER: [], ADMIN: [], REVIEW: [], TOPIC_CONFIGURATION: [], RIGHTSIZE: [] },
    REMOVE_DISKS: [...PROPOSING, ...EXECUTING, 'brokerid_and_logdirs'],
  },
};

/** The endpoint in capitals. Throws a refusal (404) when this method has none of that name. */
export function endpointOf(method: Method, path: string): string {
  const name = path.replace(/^\/kafkacruisecontrol\/?/, '').replace(/\/$/, '');
  const endpoint = name.toUpperCase();
  if (endpoint in ENDPOINTS[method]) return endpoint;
  const supported = Object.keys(ENDPOINTS[method]).join(', ');
  throw new Refusal(404, `Unrecognized endpoint in request '/${name}'\nSupported ${method} endpoints: [${supported}]`, false);
}

/** Throws a refusal (400). */
export function parametersOf(method: Method, endpoint: string, query: URLSearchParams): Parameters {
  const values = new Map([...query].map(([name, value]) => [name.toLowerCase(), value]));
  const known = [...EVERYWHERE, ...(ENDPOINTS[method][endpoint] ?? [])];
  const strangers = [...values.keys()].filter((name) => !known.includes(name));
  if (strangers.length > 0) throw wrong(`Unrecognized endpoint parameters in ${endpoint} ${method} request: [${strangers.join(', ')}].`);
  const list = (name: string): readonly string[] =>
    (values.get(name) ?? '')
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');
  return {
    values,
    list,
    flag: (name, otherwise = false) => (values.has(name) ? values.get(name)?.toLowerCase() === 'true' : otherwise),
    ids: (name) => list(name).map(idOf),
  };
}

function idOf(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw wrong(`For input string: "${text}"`);
}

/** Broker ids of which there must be one. */
export function requiredBrokers(endpoint: string, parameters: Parameters): readonly number[] {
  const ids = parameters.ids('brokerid');
  if (ids.length === 0) throw wrong(`Target broker ID is not provided for ${endpoint} request`);
  return ids;
}

/** From `3-/logs/kafka,3-/more/kafka`: by broker. */
export function requiredDirs(parameters: Parameters): ReadonlyMap<number, readonly string[]> {
  const dirs = new Map<number, readonly string[]>();
  for (const pair of parameters.list('brokerid_and_logdirs')) {
    const [, id = '', path = ''] = /^(\d+)-(.+)$/.exec(pair) ?? [];
    const broker = idOf(id);
    dirs.set(broker, [...(dirs.get(broker) ?? []), path]);
  }
  if (dirs.size === 0) throw wrong('Target broker ID and log dirs are not provided for REMOVE_DISKS request');
  return dirs;
}

const wrong = (text: string): Refusal => new Refusal(400, text, false);
