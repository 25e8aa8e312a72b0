/**
 * The REST API of Cruise Control, as small as it can be: what state it is in, which tasks it knows, and one way to ask it for
 * something. A request is answered when Cruise Control took it; that it began, went on and ended is seen in its tasks and
 * its state. Only what reads is ever asked twice.
 */
import { jsonOf, notUnderstood, stateIn, summaryIn, tasksIn, type StateAnswer, type TaskAnswer } from './answers';
import { CruiseControlError, essence, refusalKind } from './refusal';
import { Transport, type CruiseControlTarget, type HttpAnswer, type HttpRequest, type TaskHandle } from './transport';

export interface CruiseControlRequest {
  /** For example `remove_broker`. */
  readonly endpoint: string;
  readonly parameters: Readonly<Record<string, string>>;
}

export interface SentAnswer {
  /** 200: the proposal is made, and carried out unless it is a dry run. 202: it is still computed, see `follow`. */
  readonly httpCode: number;
  readonly taskId: string;
  readonly task: TaskHandle;
  readonly summary?: Readonly<Record<string, string>>;
}

/** Every call ends in time and throws nothing but CruiseControlError. */
export interface CruiseControl {
  /** STATE of analyzer, monitor, executor and anomaly detector. */
  state(): Promise<StateAnswer>;
  /** USER_TASKS, newest first. */
  tasks(): Promise<readonly TaskAnswer[]>;
  /** Any endpoint. One that writes is sent once and never again. */
  send(request: CruiseControlRequest): Promise<SentAnswer>;
  /**
   * What became of a request that was answered with 202; asks for the very same thing, as Cruise Control wants it. Undefined:
   * it does not know the task any more. It never begins the request anew.
   */
  follow(request: CruiseControlRequest, task: TaskHandle): Promise<SentAnswer | undefined>;
  /** STOP_PROPOSAL_EXECUTION. Leaves behind what is moved already. */
  stop(reason?: string): Promise<SentAnswer>;
  close(): void;
}

export type ConnectCruiseControl = (target: CruiseControlTarget) => CruiseControl;

/** Milliseconds for a whole call. */
export interface TimeOuts {
  readonly read: number;
  readonly write: number;
}

/** Cruise Control itself answers a request within ten seconds, be it with 202. */
const TIME_OUTS: TimeOuts = { read: 10_000, write: 20_000 };
const FOLLOW_AFTER = 250;
const STATE: CruiseControlRequest = { endpoint: 'state', parameters: { substates: 'analyzer,monitor,executor,anomaly_detector' } };
const STOP = 'stop_proposal_execution';
const READS = ['state', 'user_tasks', 'load', 'partition_load', 'proposals', 'kafka_cluster_state', 'review_board', 'permissions'];
/** What it says of a task that it forgot, or that was another request. */
const UNKNOWN_TASK = /User-Task-ID/i;

/** It changes nothing, and takes no `reason`. */
export const isRead = (endpoint: string): boolean => READS.includes(endpoint);

/** Dials at the first call. */
export const connectCruiseControl = (target: CruiseControlTarget, timeOuts: TimeOuts = TIME_OUTS): CruiseControl => {
  const transport = new Transport(target);
  const read = (request: CruiseControlRequest) => readThrough(transport, request, timeOuts.read);
  const write = (request: CruiseControlRequest, task?: TaskHandle) => {
    const method = isRead(request.endpoint) ? 'GET' : 'POST';
    return transport.ask({ method, ...request, task }, timeOuts.write);
  };
  const sendOnce = async (request: CruiseControlRequest): Promise<SentAnswer> =>
    sentAnswer(request, await (isRead(request.endpoint) ? read(request) : write(request)));
  const send = async (request: CruiseControlRequest): Promise<SentAnswer> => {
    if (request.endpoint !== STOP || request.parameters.reason === undefined) return sendOnce(request);
    return sendOnce(request).catch((error: unknown) => sendOnce(withoutReason(request, error)));
  };
  return {
    state: async () => stateIn(bodyOf(STATE.endpoint, await read(STATE))),
    tasks: async () => tasksIn(bodyOf('user_tasks', await read({ endpoint: 'user_tasks', parameters: {} }))),
    send,
    follow: async (request, task) => {
      const answer = await write(request, task);
      const forgotten = answer.status >= 400 && UNKNOWN_TASK.test(errorMessageIn(answer.text) ?? '');
      return forgotten ? undefined : sentAnswer(request, answer);
    },
    stop: (reason) => send({ endpoint: STOP, parameters: reason === undefined ? {} : { reason } }),
    close: () => {
      transport.close();
    },
  };
};

/** Older ones do not know the parameter when they stop, and then nothing was stopped; any other refusal is thrown on. */
function withoutReason({ endpoint, parameters }: CruiseControlRequest, error: unknown): CruiseControlRequest {
  if (!(error instanceof CruiseControlError) || !error.message.includes('[reason]')) throw error;
  const { reason: _reason, ...others } = parameters;
  return { endpoint, parameters: others };
}

/** Asks once more when the connection broke, and goes on asking while the answer is computed, until the time is over. */
async function readThrough(transport: Transport, request: CruiseControlRequest, milliseconds: number): Promise<HttpAnswer> {
  const end = performance.now() + milliseconds;
  const ask = async (task?: TaskHandle): Promise<HttpAnswer> => {
    const get: HttpRequest = { method: 'GET', ...request, task };
    try {
      return await transport.ask(get, end - performance.now());
    } catch (error) {
      if (performance.now() >= end || !(error instanceof CruiseControlError) || error.kind !== 'unreachable') throw error;
      return transport.ask(get, end - performance.now());
    }
  };
  let answer = await ask();
  while (answer.status === 202 && answer.taskId !== undefined && performance.now() + FOLLOW_AFTER < end) {
    await new Promise((resolve) => setTimeout(resolve, FOLLOW_AFTER));
    answer = await ask({ taskId: answer.taskId, session: answer.session });
  }
  return answer;
}

/** The body of a finished answer. */
function bodyOf(endpoint: string, answer: HttpAnswer): Readonly<Record<string, unknown>> {
  if (answer.status !== 200 && answer.status !== 202) throw refusal(endpoint, answer);
  const body = jsonOf(answer.text, endpoint);
  if (answer.status === 202) throw new CruiseControlError('unreachable', `cannot ask Cruise Control for ${endpoint}: no answer in time`);
  return body;
}

function sentAnswer({ endpoint }: CruiseControlRequest, answer: HttpAnswer): SentAnswer {
  const { status, taskId, session } = answer;
  if (status !== 200 && status !== 202) throw refusal(endpoint, answer);
  const body = jsonOf(answer.text, endpoint);
  if (taskId === undefined) throw withoutTask(endpoint, body, status);
  const summary = summaryIn(body);
  return { httpCode: status, taskId, task: { taskId, session }, ...(summary === undefined ? {} : { summary }) };
}

function refusal(endpoint: string, { status, taskId, text }: HttpAnswer): CruiseControlError {
  const said = errorMessageIn(text);
  const answer = { httpCode: status, ...(taskId === undefined ? {} : { taskId }) };
  if (said !== undefined)
    return new CruiseControlError(refusalKind(status, said), `cannot ask Cruise Control for ${endpoint}: ${essence(said)}`, answer);
  const remedy = [401, 403].includes(status) ? '; it does not accept the credentials of spec.cruiseControlConfig.auth' : '';
  return new CruiseControlError(
    refusalKind(status, ''),
    `cannot ask Cruise Control for ${endpoint}: it answers with status ${String(status)}${remedy}`,
    answer,
  );
}

function errorMessageIn(text: string): string | undefined {
  try {
    const { errorMessage } = jsonOf(text, '');
    return typeof errorMessage === 'string' && errorMessage !== '' ? errorMessage : undefined;
  } catch {
    return undefined;
  }
}

/** Nothing was begun: with two-step verification it waits for a review, and whatever else answers so is not Cruise Control. */
function withoutTask(endpoint: string, body: Readonly<Record<string, unknown>>, httpCode: number): CruiseControlError {
  if (!Array.isArray(body.RequestInfo)) return notUnderstood(endpoint, 'it names no task (header User-Task-ID)');
  const remedy = 'approve it there, or switch two.step.verification.enabled off';
  return new CruiseControlError('other', `cannot ask Cruise Control for ${endpoint}: it waits for a review; ${remedy}`, { httpCode });
}
