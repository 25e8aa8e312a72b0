import type { executionIn } from '../../../../operator/clients/cruise-control/answers';
import { jsonOf, stateIn, tasksIn, whyNotReady } from '../../../../operator/clients/cruise-control/answers';
import { connectCruiseControl } from '../../../../operator/clients/cruise-control/client';
import { CruiseControlError } from '../../../../operator/clients/cruise-control/refusal';
import { conformsTo } from './conformance';
import { recorded, recordedAnswer, withoutBody, type RecordedAnswer } from './recorded';
import { ReplayingServer, replyWith } from './replaying-server';

jest.setTimeout(20_000);

/** What the client makes of each: the kind of a refusal, or what an answer holds. A recorded answer that is missing here fails. */
const MEANING: Readonly<Record<string, string>> = {
  'add_broker-badparam': 'invalid',
  'add_broker-dryrun': 'summary: 76 MB in 12 moves',
  'add_broker-exec': 'summary: 78 MB in 12 moves',
  'add_broker-noparam': 'invalid',
  'add_broker-repoll': 'summary: 78 MB in 12 moves',
  'add_broker-repoll-other-params': 'other',
  'add_broker-right-after-start': 'notReady',
  'add_broker-unknown': 'invalid',
  'add_broker-while-ongoing': 'busy',
  'demote_broker-dryrun': 'summary: 0 MB in 0 moves',
  'demote_broker-exec': 'summary: 0 MB in 0 moves',
  'fix_offline_replicas-dryrun': 'impossible',
  'fix_offline_replicas-none': 'invalid',
  'fix_offline_replicas-skiprack': 'impossible',
  'get-on-post': 'invalid',
  kafka_cluster_state: 'answered',
  'kafka_cluster_state-broker-dead': 'answered',
  'kafka_cluster_state-warming': 'answered',
  load: 'answered',
  'load-after-remove': 'answered',
  'load-disks': 'computed',
  'load-not-ready': 'notReady',
  permissions: 'invalid',
  'progress-202': 'computed',
  proposals: 'summary: 19 MB in 1 moves',
  'rebalance-disk-dryrun': 'summary: 0 MB in 0 moves',
  'rebalance-dryrun': 'summary: 0 MB in 2 moves',
  'rebalance-dryrun-while-ongoing': 'busy',
  'rebalance-exec': 'summary: 80 MB in 6 moves',
  'rebalance-external-reassign': 'summary: 532 MB in 16 moves',
  'rebalance-not-ready': 'notReady',
  'rebalance-while-ongoing': 'busy',
  'rebalance-with-offline': 'impossible',
  'remove_broker-dead': 'impossible',
  'remove_broker-dryrun': 'summary: 82 MB in 12 moves',
  'remove_broker-exec': 'summary: 89 MB in 12 moves',
  'remove_broker-exec-throttled': 'summary: 82 MB in 12 moves',
  'remove_broker-exec2': 'summary: 89 MB in 12 moves',
  'remove_broker-too-many': 'impossible',
  'remove_broker-unknown': 'invalid',
  'remove_disks-all-dirs': 'impossible',
  'remove_disks-dryrun': 'summary: 0 MB in 0 moves',
  'remove_disks-exec': 'summary: 0 MB in 0 moves',
  'remove_disks-unknown-dir': 'invalid',
  'review-approve': 'answered',
  'review-execute': 'invalid',
  'review-post': 'other',
  review_board: 'answered',
  'state-anomaly': 'answered',
  'state-during-INTER_BROKER_REPLICA_MOVEMENT_TASK_IN_PROGRESS': 'moves 0 of 4, 0 of 76 MB, task 2c4d97f5',
  'state-during-INTRA_BROKER_REPLICA_MOVEMENT_TASK_IN_PROGRESS': 'moves 0 of 7, 0 of 53 MB, task a0299b10',
  'state-during-LEADER_MOVEMENT_TASK_IN_PROGRESS': 'moves 0 of 2, 0 of 0 MB, task 2c4d97f5',
  'state-during-NO_TASK_IN_PROGRESS': 'idle',
  'state-exec-inter-inprogress': 'moves 10 of 14, 13 of 89 MB, task a5af84de',
  'state-exec-inter-inprogress-verbose': 'moves 10 of 14, 13 of 89 MB, task a5af84de',
  'state-exec-inter-verbose': 'moves 0 of 13, 0 of 82 MB, task 8696cb39',
  'state-exec-intra': 'idle',
  'state-executor-idle': 'moves 12 of 12, 78 of 78 MB, task 320bf0a8',
  'state-executor-ongoing': 'moves 0 of 12, 0 of 78 MB, task 320bf0a8',
  'state-executor-ongoing-brief': 'moves 0 of 12, 0 of 78 MB, task 320bf0a8',
  'state-external': 'moves 11 of 19, 0 of 532 MB, task 2dd9d917',
  'state-monitor': 'answered',
  'state-ready': 'idle',
  'state-warming': 'idle',
  stop_external: 'answered',
  stop_proposal_execution: 'answered',
  'stop_proposal_execution-idle': 'answered',
  'unknown-endpoint': 'invalid',
  'user_tasks-active': '1 InExecution',
  'user_tasks-active-full': '1 InExecution',
  'user_tasks-after-stop': '1 CompletedWithError',
  'user_tasks-all': '2 Active, 37 Completed, 8 CompletedWithError',
  'user_tasks-completed': '1 Completed',
  'user_tasks-completed-with-error': '1 CompletedWithError',
  'user_tasks-errors': '3 Active, 37 Completed, 8 CompletedWithError',
  'user_tasks-ext': '1 CompletedWithError',
  'user_tasks-inexecution': '1 InExecution',
  'user_tasks-inexecution-full': '1 InExecution',
  'user_tasks-poll': '1 InExecution',
  'user_tasks-remove_disks': '1 Completed',
};

let server: ReplayingServer;
beforeAll(async () => {
  server = await ReplayingServer.start();
});
afterAll(() => server.close());

const requestOf = ({ path }: RecordedAnswer) => {
  const url = new URL(path, 'http://cruise-control');
  const { json: _json, ...parameters } = Object.fromEntries(url.searchParams);
  return { endpoint: url.pathname.replace('/kafkacruisecontrol/', ''), parameters };
};

/** The whole client between a recorded answer and its meaning. */
async function meaningOf(answer: RecordedAnswer): Promise<string> {
  server.answer = replyWith(answer);
  const client = connectCruiseControl({ origin: server.origin, insecureSkipVerify: false, userAgent: 'test' }, { read: 600, write: 5_000 });
  try {
    if (answer.path.includes('/user_tasks')) return tasksMeaning(await client.tasks());
    if (answer.body.includes('"ExecutorState"')) return executionMeaning((await client.state()).execution);
    const { summary, httpCode } = await client.send(requestOf(answer));
    if (httpCode === 202) return 'computed';
    if (summary === undefined) return 'answered';
    return `summary: ${String(summary['Data to move'])} MB in ${String(summary['Number of replica movements'])} moves`;
  } catch (error) {
    if (error instanceof CruiseControlError) return error.kind;
    throw error;
  } finally {
    client.close();
  }
}

function executionMeaning(execution: ReturnType<typeof executionIn>): string {
  const { idle, finishedMoves, totalMoves, finishedMb, totalMb, taskId } = execution;
  const [moves, mb] = [`${String(finishedMoves)} of ${String(totalMoves)}`, `${String(finishedMb)} of ${String(totalMb)} MB`];
  return idle ? 'idle' : `moves ${moves}, ${mb}, task ${taskId.slice(0, 8)}`;
}

function tasksMeaning(tasks: ReturnType<typeof tasksIn>): string {
  const statuses = ['Active', 'InExecution', 'Completed', 'CompletedWithError'];
  const counts = statuses.map((status) => [tasks.filter((task) => task.status === status).length, status] as const);
  return counts.flatMap(([count, status]) => (count === 0 ? [] : [`${String(count)} ${status}`])).join(', ');
}

describe('the client, for every recorded answer', () => {
  it('knows what each means, and leaves none out', () => {
    expect(Object.keys(MEANING).sort()).toEqual(recorded.map(({ name }) => name).sort());
    expect(withoutBody).toEqual([]);
  });

  it.each(recorded.map((answer) => [answer.name, answer] as const))('understands %s', async (name, answer) => {
    expect(await meaningOf(answer)).toBe(MEANING[name]);
  });

  it.each(recorded.filter(({ method }) => method === 'POST').map((answer) => [answer.name, answer] as const))(
    'asks %s once, in the words that were recorded',
    async (_, answer) => {
      server.seen.length = 0;
      await meaningOf(answer);
      const [asked, ...again] = server.seen;
      expect([asked?.method, again]).toEqual(['POST', []]);
      const query = (path = ''): Record<string, string> => Object.fromEntries(new URL(path, 'http://cruise-control').searchParams);
      expect(query(asked?.path)).toEqual(query(answer.path));
    },
  );

  it.each(recorded.filter(({ status }) => status >= 400).map((answer) => [answer.name, answer] as const))(
    'says of %s what is wrong, in a sentence without Java',
    async (_, answer) => {
      server.answer = replyWith(answer);
      const client = connectCruiseControl({ origin: server.origin, insecureSkipVerify: false, userAgent: 'test' });
      const error: unknown = await client.send(requestOf(answer)).catch((thrown: unknown) => thrown);
      client.close();
      expect(error).toBeInstanceOf(CruiseControlError);
      const { message, answer: told } = error as CruiseControlError;
      expect(message).toMatch(/^cannot ask Cruise Control for \w+: \S/);
      expect(message).not.toMatch(/\n|\tat |com\.linkedin|java\.lang|Error processing/);
      expect([told.httpCode, told.taskId]).toEqual([answer.status, answer.headers['user-task-id']]);
    },
  );
});

describe('the recorded states', () => {
  const body = (name: string) => jsonOf(recordedAnswer(name).body, 'state');

  it('is ready when its monitor runs, every goal is ready and a proposal is', () => {
    expect(stateIn(body('state-ready'))).toMatchObject({ ready: true, why: '', anomalies: undefined });
  });

  it('is not ready right after a start, and says why', () => {
    expect(stateIn(body('state-warming'))).toMatchObject({
      ready: false,
      why: 'it has not seen enough of the cluster to make a proposal',
    });
  });

  it('names the goals that are not ready', () => {
    const { AnalyzerState, MonitorState } = body('state-ready') as Record<string, Record<string, unknown>>;
    const goalReadiness = [
      { name: 'RackAwareGoal', status: 'notReady' },
      { name: 'DiskCapacityGoal', status: 'ready' },
    ];
    expect(whyNotReady({ ...AnalyzerState, goalReadiness }, MonitorState ?? {})).toBe('not enough was seen for its goals RackAwareGoal');
  });

  it.each([
    [{ state: 'LOADING' }, 'its monitor is in state LOADING'],
    [{}, 'its monitor does not say what it does'],
    [{ state: 'SAMPLING' }, ''],
  ])('of a monitor %j is judged', (monitor, why) => {
    expect(whyNotReady({ isProposalReady: true }, monitor)).toBe(why);
  });

  it('tells the anomalies when something heals itself, newest first', () => {
    const detector = body('state-anomaly').AnomalyDetectorState as Record<string, unknown>;
    const disks = [{ anomalyId: 'd', status: 'FIX_STARTED', detectionMs: 1795229600000, failedDisksByTimeMs: { 1: { '/data/1/d1': 5 } } }];
    const goals = [{ anomalyId: 'g', status: 'IGNORED', detectionMs: 1, fixableViolatedGoals: ['A', 'B'], unfixableViolatedGoals: [] }];
    const AnomalyDetectorState = {
      ...detector,
      selfHealingEnabled: ['BROKER_FAILURE'],
      recentDiskFailures: disks,
      recentGoalViolations: goals,
    };
    const seen = stateIn({ ...body('state-ready'), AnomalyDetectorState }).anomalies ?? [];
    expect(seen.map(({ type, status, description }) => [type, status, description])).toEqual([
      ['DISK_FAILURE', 'FIX_STARTED', 'failed disks 1 /data/1/d1'],
      ['BROKER_FAILURE', 'CHECK_WITH_DELAY', 'failed brokers 3'],
      ['BROKER_FAILURE', 'CHECK_WITH_DELAY', 'failed brokers 3'],
      ['GOAL_VIOLATION', 'IGNORED', 'fixable violated goals A, B'],
    ]);
  });

  it('has the tasks of everybody, newest first, with their requests decoded', () => {
    const tasks = tasksIn(jsonOf(recordedAnswer('user_tasks-all').body, 'user_tasks'));
    expect(tasks.map(({ startedAt }) => startedAt)).toEqual([...tasks.map(({ startedAt }) => startedAt)].sort((a, b) => b - a));
    const [task] = tasksIn(jsonOf(recordedAnswer('user_tasks-poll').body, 'user_tasks'));
    expect(task?.request).toContain('&reason=lab scale up');
  });
});

describe('the conformance of a Cruise Control that stands in', () => {
  it.each(recorded.map((answer) => [answer.name, answer] as const))('accepts %s as itself', (name, answer) => {
    expect(conformsTo(answer, name)).toEqual([]);
  });

  it('finds a status, a header, a key and a type that differ', () => {
    const { headers, ...answer } = recordedAnswer('add_broker-exec');
    const { 'user-task-id': _, ...without } = headers;
    const body = JSON.parse(answer.body) as { summary: Record<string, unknown> };
    const { numLeaderMovements: _gone, ...summary } = body.summary;
    const strange = { status: 202, headers: without, body: JSON.stringify({ ...body, summary: { ...summary, dataToMoveMB: '78' } }) };
    expect(conformsTo(strange, 'add_broker-exec')).toEqual([
      'the status is 202, recorded is 200',
      'header User-Task-ID is missing, recorded is the contrary',
      'summary.dataToMoveMB is string, recorded is number',
      'summary.numLeaderMovements is missing, recorded is number',
    ]);
  });

  it('accepts an empty list of tasks, and not a missing one', () => {
    const { headers, status } = recordedAnswer('user_tasks-all');
    expect(conformsTo({ status, headers, body: '{"userTasks":[],"version":1}' }, 'user_tasks-all')).toEqual([]);
    expect(conformsTo({ status, headers, body: '{"version":1}' }, 'user_tasks-all')).toHaveLength(4);
  });
});
