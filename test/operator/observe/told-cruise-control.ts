/** A Cruise Control that answers what it is told to, and a sight of it. */
import type { ExecutionAnswer, StateAnswer, TaskAnswer } from '../../../operator/clients/cruise-control/answers';
import type { CruiseControlRequest, SentAnswer } from '../../../operator/clients/cruise-control/client';
import { CruiseControlError } from '../../../operator/clients/cruise-control/refusal';
import type { CruiseControlTarget } from '../../../operator/clients/cruise-control/transport';
import type { Credentials, CruiseControlPlace } from '../../../operator/observe/cruise-control-credentials';
import { CruiseControlSight } from '../../../operator/observe/cruise-control-sight';

export const KEY = 'kafka/orders';

export const place: CruiseControlPlace = {
  origin: 'http://orders-cruisecontrol-svc.kafka.svc.cluster.local:8090',
  insecureSkipVerify: false,
  namespace: 'kafka',
  caSecret: undefined,
  basicSecret: 'access',
  tokenSecret: undefined,
};

export const idle: ExecutionAnswer = {
  state: 'NO_TASK_IN_PROGRESS',
  idle: true,
  taskId: '',
  finishedMoves: 0,
  totalMoves: 0,
  finishedMb: 0,
  totalMb: 0,
};

const READY: StateAnswer = { ready: true, why: '', execution: idle, anomalies: undefined };

export const task = (
  id: string,
  status: TaskAnswer['status'],
  request = `POST /kafkacruisecontrol/rebalance?reason=${id}`,
): TaskAnswer => ({
  id,
  status,
  request,
  startedAt: 1,
});

export const answer = (httpCode: number, taskId = 'task-1'): SentAnswer => ({ httpCode, taskId, task: { taskId, session: undefined } });

/** A promise that is answered from outside. */
export class Waiting<T> {
  resolve: (value: T) => void = () => undefined;
  readonly promise = new Promise<T>((resolve) => {
    this.resolve = resolve;
  });
}

export function setUp() {
  const told = {
    state: READY,
    tasks: [] as readonly TaskAnswer[],
    /** Thrown by each look while it is set. */
    fails: undefined as CruiseControlError | undefined,
    credentials: { basic: { username: 'anna', password: 's3cret' } } as Credentials,
    send: (_: CruiseControlRequest): Promise<SentAnswer> => Promise.resolve(answer(200)),
    follow: (): Promise<SentAnswer | undefined> => Promise.resolve(undefined),
    /** Looks begun. */
    asked: 0,
    sent: [] as CruiseControlRequest[],
    followed: 0,
    dialled: [] as CruiseControlTarget[],
    open: 0,
    changes: [] as string[],
  };
  const connect = (target: CruiseControlTarget) => {
    told.dialled.push(target);
    told.open += 1;
    const send = (request: CruiseControlRequest) => {
      told.sent.push(request);
      return told.send(request);
    };
    return {
      state: async () => {
        told.asked += 1;
        if (told.fails !== undefined) throw told.fails;
        return told.state;
      },
      tasks: async () => told.tasks,
      send,
      follow: () => {
        told.followed += 1;
        return told.follow();
      },
      stop: () => send({ endpoint: 'stop_proposal_execution', parameters: {} }),
      close: () => {
        told.open -= 1;
      },
    };
  };
  const sight = new CruiseControlSight({
    connect,
    credentials: async () => told.credentials,
    userAgent: 'kafka-operator/test',
    onChange: (key) => told.changes.push(key),
    now: () => Date.now(),
  });
  return { told, sight };
}

export const unreachable = new CruiseControlError('unreachable', 'cannot reach Cruise Control: ECONNREFUSED');
export const busy = new CruiseControlError('busy', 'cannot ask Cruise Control for state: There are already 5 active user tasks', {
  httpCode: 500,
});

/** Lets time pass, and everything that waits for it happen. */
export const pass = (milliseconds: number): Promise<void> => jest.advanceTimersByTimeAsync(milliseconds);
