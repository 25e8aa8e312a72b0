/** The stand-in beside the answers that were recorded from the real Cruise Control. */
import { conformsTo } from '../../operator/clients/cruise-control/conformance';
import { recorded } from '../../operator/clients/cruise-control/recorded';
import { broker, FOUR, json, modelOf, partition, standIn, type StandIn } from './scripted-kafka';

let at: StandIn;
const begun: StandIn[] = [];
const start = async (...options: Parameters<typeof standIn>): Promise<StandIn> => {
  at = await standIn(...options);
  begun.push(at);
  return at;
};
const cc = (path: string): string => `/kafkacruisecontrol/${path}`;

afterEach(async () => {
  await Promise.all(begun.splice(0).map((one) => one.close()));
});

/** Racks as where the answers were recorded. */
const RECORDED_RACKS = modelOf(
  [broker(0, 'r0'), broker(1, 'r1'), broker(2, 'r2'), broker(3, 'r0')],
  [partition('orders', 0, [0, 1, 2]), partition('orders', 1, [1, 2, 3]), partition('big', 0, [3, 1])],
);

const begins = async (): Promise<void> => {
  at.kafka.looksUntilMade = Number.POSITIVE_INFINITY;
  await at.ask('POST', cc('remove_broker?json=true&dryrun=false&brokerid=1'));
};

/** Recorded names, by what has to be so before the request is sent. */
const CASES: readonly (readonly [string, string, () => Promise<unknown>])[] = [
  ...['add_broker-dryrun', 'add_broker-exec', 'add_broker-noparam', 'add_broker-badparam', 'add_broker-unknown'].map(calm),
  ...['remove_broker-dryrun', 'remove_broker-exec', 'remove_broker-exec-throttled', 'remove_broker-unknown', 'remove_broker-too-many'].map(
    calm,
  ),
  ...['remove_disks-unknown-dir', 'rebalance-dryrun', 'rebalance-exec', 'rebalance-disk-dryrun', 'proposals'].map(calm),
  ...['load', 'load-after-remove', 'kafka_cluster_state', 'state-ready', 'state-monitor', 'state-anomaly', 'state-exec-intra'].map(calm),
  ...['stop_proposal_execution-idle', 'unknown-endpoint', 'get-on-post', 'user_tasks-all'].map(calm),
  ...['add_broker-while-ongoing', 'rebalance-while-ongoing', 'stop_proposal_execution'].map(during),
  ...['state-executor-ongoing', 'state-executor-ongoing-brief', 'state-exec-inter-inprogress', 'state-exec-inter-verbose'].map(during),
  ...['rebalance-not-ready', 'load-not-ready', 'add_broker-right-after-start', 'state-warming'].map(warming),
];

function calm(name: string) {
  return [name, 'of a calm cluster', () => start(RECORDED_RACKS)] as const;
}
function during(name: string) {
  return [name, 'while something is executed', () => start().then(begins)] as const;
}
function warming(name: string) {
  return [name, 'right after the start', () => start(FOUR, { readyAfterMs: 60_000 })] as const;
}

/** What the other answers are about, and the stand-in has not. */
const NOT_HAD: readonly (readonly [RegExp, string])[] = [
  [/^review/, 'the review board'],
  [/^fix_offline_replicas|^demote_broker|^permissions/, 'endpoints that the operator does not ask'],
  [/-dead$|-with-offline$|-external|_external|-ext$/, 'replicas that are offline, and moves of others'],
  [/LEADER_MOVEMENT/, 'moves of leaders'],
];

/** Sent below in their own way, because the path has an id or a directory in it, or it takes two requests. */
const SENT_BELOW = [
  ...['remove_disks-dryrun', 'remove_disks-exec', 'remove_disks-all-dirs', 'add_broker-repoll', 'add_broker-repoll-other-params'],
  ...['progress-202', 'load-disks', 'rebalance-dryrun-while-ongoing', 'user_tasks-active-full', 'user_tasks-inexecution-full'],
  ...['user_tasks-active', 'user_tasks-after-stop', 'user_tasks-completed', 'user_tasks-completed-with-error', 'user_tasks-errors'],
  ...['user_tasks-inexecution', 'user_tasks-poll', 'user_tasks-remove_disks', 'remove_broker-exec2', 'kafka_cluster_state-warming'],
  ...['state-executor-idle', 'state-exec-inter-inprogress-verbose'],
  ...['INTER_BROKER_REPLICA_MOVEMENT_TASK_IN_PROGRESS', 'INTRA_BROKER_REPLICA_MOVEMENT_TASK_IN_PROGRESS', 'NO_TASK_IN_PROGRESS'].map(
    (state) => `state-during-${state}`,
  ),
];

test('every recorded answer is compared, or it is said why not', () => {
  const compared = [...CASES.map(([name]) => name), ...SENT_BELOW];
  const others = recorded.map(({ name }) => name).filter((name) => !compared.includes(name));
  expect(others.filter((name) => !NOT_HAD.some(([pattern]) => pattern.test(name)))).toEqual([]);
});

test.each(CASES)('%s, %s', async (name, _when, prepare) => {
  await prepare();
  const { method, path } = recorded.find((answer) => answer.name === name)!;
  expect(conformsTo(await at.ask(method, path), name)).toEqual([]);
});

/** The error of the real program, without what depends on the cluster. */
const wordsOf = (body: string): string => {
  const { errorMessage } = JSON.parse(body) as { errorMessage: string };
  return errorMessage.replace(/\d+/g, 'N');
};

const SAME_WORDS = [
  ...['add_broker-noparam', 'add_broker-badparam', 'add_broker-unknown', 'remove_broker-unknown', 'remove_broker-too-many'],
  ...['remove_disks-unknown-dir', 'unknown-endpoint', 'get-on-post', 'add_broker-while-ongoing', 'rebalance-while-ongoing'],
  ...['rebalance-not-ready', 'load-not-ready'],
];

test.each(CASES.filter(([name]) => SAME_WORDS.includes(name)))('%s is refused in the very words', async (name, _when, prepare) => {
  await prepare();
  const { method, path, body } = recorded.find((answer) => answer.name === name)!;
  expect(wordsOf((await at.ask(method, path)).body)).toBe(wordsOf(body));
});

describe('requests that go together', () => {
  const idOf = (headers: Readonly<Record<string, unknown>>): string => String(headers['user-task-id']);

  test('an operation is asked after with its id and the same parameters only', async () => {
    await start();
    const path = cc('add_broker?json=true&dryrun=false&brokerid=3&reason=lab+scale+up');
    const first = await at.ask('POST', path);
    const header = { 'User-Task-ID': idOf(first.headers) };
    const again = await at.ask('POST', path, header);
    expect([again.body, idOf(again.headers)]).toEqual([first.body, idOf(first.headers)]);
    expect(conformsTo(again, 'add_broker-repoll')).toEqual([]);
    const other = await at.ask('POST', cc('add_broker?json=true&dryrun=false&brokerid=3'), header);
    expect(conformsTo(other, 'add_broker-repoll-other-params')).toEqual([]);
    expect(json(other)['errorMessage']).toBe(
      `Error processing POST request '/add_broker' due to: 'Unexpected header ${idOf(first.headers)} (value: User-Task-ID) in the request.'.`,
    );
  });

  test('a task goes from execution to its end, with its reason decoded in the request', async () => {
    await start();
    at.kafka.looksUntilMade = Number.POSITIVE_INFINITY;
    const { headers } = await at.ask('POST', cc('remove_broker?json=true&dryrun=false&brokerid=1&reason=a+marker%3A1'));
    const list = cc(`user_tasks?json=true&user_task_ids=${idOf(headers)}`);
    const running = await at.ask('GET', list);
    for (const name of ['user_tasks-active', 'user_tasks-inexecution', 'user_tasks-poll']) expect(conformsTo(running, name)).toEqual([]);
    const full = await at.ask('GET', `${list}&fetch_completed_task=true`);
    for (const name of ['user_tasks-active-full', 'user_tasks-inexecution-full']) expect(conformsTo(full, name)).toEqual([]);
    const request = 'POST /kafkacruisecontrol/remove_broker?json=true&dryrun=false&brokerid=1&reason=a marker:1';
    expect(json(full)['userTasks']).toMatchObject([{ Status: 'InExecution', RequestURL: request, originalResponse: expect.any(String) }]);
    const state = await at.ask('GET', cc('state?json=true&substates=executor'));
    for (const name of ['INTER_BROKER_REPLICA_MOVEMENT_TASK_IN_PROGRESS']) expect(conformsTo(state, `state-during-${name}`)).toEqual([]);
    for (const name of ['state-executor-idle', 'state-exec-inter-inprogress-verbose']) expect(conformsTo(state, name)).toEqual([]);
    at.kafka.looksUntilMade = 1;
    await at.idle();
    const done = await at.ask('GET', list);
    expect(conformsTo(done, 'user_tasks-completed')).toEqual([]);
    expect(json(done)['userTasks']).toMatchObject([{ Status: 'Completed' }]);
    expect(at.kafka.model.partitions.filter(({ replicas }) => replicas.includes(1))).toEqual([]);
    expect(conformsTo(await at.ask('GET', cc('state?json=true&substates=executor')), 'state-during-NO_TASK_IN_PROGRESS')).toEqual([]);
    const again = await at.ask('POST', cc('remove_broker?json=true&dryrun=false&brokerid=1'));
    expect(conformsTo(again, 'remove_broker-exec2')).toEqual([]);
  });

  test('an execution that was stopped ends with an error and leaves behind what is moved', async () => {
    await start();
    at.kafka.looksUntilMade = Number.POSITIVE_INFINITY;
    const { headers } = await at.ask('POST', cc('remove_broker?json=true&dryrun=false&brokerid=1'));
    while (at.kafka.begun.length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    await at.ask('POST', cc('stop_proposal_execution?json=true'));
    at.kafka.looksUntilMade = 1;
    await at.idle();
    const list = await at.ask('GET', cc(`user_tasks?json=true&user_task_ids=${idOf(headers)}`));
    for (const name of ['user_tasks-after-stop', 'user_tasks-completed-with-error']) expect(conformsTo(list, name)).toEqual([]);
    expect(json(list)['userTasks']).toMatchObject([{ Status: 'CompletedWithError' }]);
    const errors = await at.ask('GET', cc('user_tasks?json=true&types=completed_with_error'));
    expect(conformsTo(errors, 'user_tasks-errors')).toEqual([]);
    expect(json(errors)['userTasks']).toHaveLength(1);
    expect(at.kafka.model.partitions.filter(({ replicas }) => replicas.includes(1))).toHaveLength(4);
  });

  test('directories are emptied within their broker', async () => {
    await start();
    const path = cc('remove_disks?json=true&dryrun=true&brokerid_and_logdirs=0-/d2');
    expect(conformsTo(await at.ask('POST', path), 'remove_disks-dryrun')).toEqual([]);
    expect(at.kafka.begun).toEqual([]);
    at.kafka.dirsHeld = true;
    const done = await at.ask('POST', path.replace('dryrun=true', 'dryrun=false'));
    expect(conformsTo(done, 'remove_disks-exec')).toEqual([]);
    const moving = await at.ask('GET', cc('state?json=true&substates=executor'));
    expect(conformsTo(moving, 'state-during-INTRA_BROKER_REPLICA_MOVEMENT_TASK_IN_PROGRESS')).toEqual([]);
    at.kafka.dirsHeld = false;
    await at.idle();
    expect(at.kafka.model.dirs.get(0)?.map(({ path: dir, replicas }) => [dir, replicas.length])).toEqual([
      ['/d1', 8],
      ['/d2', 0],
    ]);
    const tasks = await at.ask('GET', cc(`user_tasks?json=true&user_task_ids=${idOf(done.headers)}`));
    expect(conformsTo(tasks, 'user_tasks-remove_disks')).toEqual([]);
    const all = await at.ask('POST', cc('remove_disks?json=true&brokerid_and_logdirs=0-/d2,0-/d1'));
    expect(conformsTo(all, 'remove_disks-all-dirs')).toEqual([]);
  });

  test('a proposal that takes long is answered with 202, and with itself to the same session', async () => {
    await start();
    await at.fault({ slowAnswerMs: 600 });
    const path = cc('load?json=true&populate_disk_info=true');
    const first = await at.ask('GET', path);
    for (const name of ['progress-202', 'load-disks']) expect(conformsTo(first, name)).toEqual([]);
    const cookie = String(first.headers['set-cookie']).split(';')[0]!;
    const second = await at.ask('GET', path, { cookie });
    expect([second.status, idOf(second.headers)]).toEqual([202, idOf(first.headers)]);
    const follow = () => at.ask('GET', path, { 'user-task-id': idOf(first.headers) });
    let third = await follow();
    while (third.status === 202) third = await follow();
    expect(conformsTo(third, 'load')).toEqual([]);
  });

  test('requests fill up until they are swept', async () => {
    await start(FOUR, { mostActive: 5 });
    for (let i = 0; i < 5; i += 1) await at.ask('GET', cc('state?json=true'));
    const refused = await at.ask('POST', cc('rebalance?json=true&dryrun=true'));
    expect(conformsTo(refused, 'rebalance-dryrun-while-ongoing')).toEqual([]);
    expect(wordsOf(refused.body)).toBe(wordsOf(recorded.find(({ name }) => name === 'rebalance-dryrun-while-ongoing')!.body));
    at.sweep();
    expect((await at.ask('POST', cc('rebalance?json=true&dryrun=true'))).status).toBe(200);
  });

  test('a cluster that is not there yet is no error of STATE, and is seen as soon as it is there', async () => {
    await start();
    expect(conformsTo(await at.ask('GET', cc('kafka_cluster_state?json=true')), 'kafka_cluster_state-warming')).toEqual([]);
    at.kafka.away = true;
    const refused = await at.ask('POST', cc('rebalance?json=true'));
    expect([refused.status, json(refused)['errorMessage']]).toEqual([500, expect.stringContaining('TimeoutException: no broker answers')]);
  });
});
