/** The REST contract: paths, sessions, user tasks, 200 and 202, and errors in their two shapes. */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { errorBody, progressBody } from './answers';
import type { Faults } from './faults';
import { noFaults, setFaults, takes } from './faults';
import type { Operations } from './operations';
import { endpointOf, parametersOf, type Method, type Parameters } from './parameters';
import { internalError, Refusal } from './refusal';
import type { Answer, Asked, UserTask, UserTasks } from './tasks';

export interface ServerOptions {
  readonly operations: Operations;
  readonly tasks: UserTasks;
  readonly faults: Faults;
  /** So long a request waits for its answer before it is answered with 202. */
  readonly maxBlockMs: number;
  readonly log: (line: string) => void;
}

interface Reply extends Answer {
  readonly taskId?: string;
}

const JSON_TYPE = 'application/json;charset=utf-8';
const MOST_BYTES = 64 * 1024;
const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The end of the promise, or of the time. */
async function atMost(milliseconds: number, promise: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([promise, over]);
  clearTimeout(timer);
}

/** Does not listen yet. */
export function createStandIn(options: ServerOptions): Server {
  return createServer((request, response) => {
    answer(options, request, response).catch((error: unknown) => {
      options.log(`cannot answer ${request.method ?? ''} ${request.url ?? ''}: ${String(error)}`);
      response.destroy();
    });
  });
}

async function answer(options: ServerOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://cruise-control');
  if (url.pathname.startsWith('/stand-in/')) return answerStandIn(options, url, request, response);
  if (options.faults.hangMs > 0) await pause(options.faults.hangMs);
  const session = sessionOf(request) ?? `node0${randomUUID().replaceAll('-', '')}.node0`;
  const reply = await replyTo(options, { url, request, session });
  if (url.pathname !== '/kafkacruisecontrol/state') options.log(`${request.method ?? ''} ${request.url ?? ''} ${String(reply.status)}`);
  response.setHeader('Set-Cookie', `JSESSIONID=${session}; Path=/`);
  response.setHeader('Cruise-Control-Version', 'stand-in');
  if (reply.taskId !== undefined) response.setHeader('User-Task-ID', reply.taskId);
  send(response, reply.status, reply.body);
}

function send(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { 'Content-Type': JSON_TYPE, 'Content-Length': Buffer.byteLength(text) }).end(text);
}

const sessionOf = ({ headers }: IncomingMessage): string | undefined => /(?:^|;\s*)JSESSIONID=([^;]+)/.exec(headers.cookie ?? '')?.[1];

interface Incoming {
  readonly url: URL;
  readonly request: IncomingMessage;
  readonly session: string;
}

async function replyTo(options: ServerOptions, incoming: Incoming): Promise<Reply> {
  const { url, request } = incoming;
  const method: Method = request.method === 'POST' ? 'POST' : 'GET';
  try {
    if (takes(options.faults, 'answer500')) throw internalError();
    const endpoint = endpointOf(method, url.pathname);
    const parameters = parametersOf(method, endpoint, url.searchParams);
    return await replyOfTask(options, { ...incoming, method, endpoint, parameters });
  } catch (error) {
    return refused(method, url.pathname, error);
  }
}

interface Understood extends Incoming {
  readonly method: Method;
  readonly endpoint: string;
  readonly parameters: Parameters;
}

async function replyOfTask(options: ServerOptions, understood: Understood): Promise<Reply> {
  const asked = askedOf(understood);
  const known = options.tasks.find(asked);
  const task = known ?? options.tasks.begin(asked);
  if (known === undefined) await atMost(blockOf(options), compute(options, understood, task));
  if (task.answer === undefined) return { status: 202, body: progressBody(Date.now() - task.startedAt), taskId: task.id };
  if (task.answer.status === 400) {
    options.tasks.drop(task);
    return task.answer;
  }
  return { ...task.answer, taskId: task.id };
}

const blockOf = ({ faults, maxBlockMs }: ServerOptions): number => (faults.slowAnswerMs > 0 ? 0 : maxBlockMs);

/** Never throws: what goes wrong is the answer. */
async function compute(options: ServerOptions, { endpoint, method, parameters, url }: Understood, task: UserTask): Promise<void> {
  const { faults, operations } = options;
  try {
    if (faults.slowAnswerMs > 0 && isSlow(endpoint)) await pause(faults.slowAnswerMs);
    task.answer = { status: 200, body: await operations.run(endpoint, parameters, task) };
  } catch (error) {
    task.answer = refused(method, url.pathname, error);
  }
}

const isSlow = (endpoint: string): boolean => endpoint !== 'STATE' && endpoint !== 'USER_TASKS' && endpoint !== 'STOP_PROPOSAL_EXECUTION';

function askedOf({ url, request, session, method, endpoint }: Understood): Asked {
  const query = [...url.searchParams].map(([name, value]) => `${name}=${value}`).join('&');
  const taskId = request.headers['user-task-id'];
  return {
    request: `${method} ${url.pathname}${query === '' ? '' : `?${query}`}`,
    ...{ endpoint, session, client: request.socket.remoteAddress?.replace('::ffff:', '') ?? '' },
    taskId: typeof taskId === 'string' && taskId !== '' ? taskId : undefined,
  };
}

/** The text of a 500 is wrapped; that of a 400 and a 404 is not. */
function refused(method: Method, path: string, error: unknown): Reply {
  const refusal = error instanceof Refusal ? error : undefined;
  const text = error instanceof Error ? error.message : String(error);
  const status = refusal?.status ?? 500;
  const endpoint = path.replace(/^\/kafkacruisecontrol/, '');
  const message = status === 500 ? `Error processing ${method} request '${endpoint}' due to: '${text}'.` : text;
  return { status, body: errorBody(message, status === 500 ? `java.util.concurrent.ExecutionException: ${text}` : '') };
}

// ---- what only a stand-in has ----------------------------------------------------------------------------------------

/** `GET` and `POST /stand-in/faults`. */
async function answerStandIn(options: ServerOptions, url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (url.pathname !== '/stand-in/faults') {
    send(response, 404, { error: `cannot find ${url.pathname}: the stand-in has /stand-in/faults` });
    return;
  }
  try {
    if (request.method === 'POST') makeFaults(options, JSON.parse(await bodyOf(request)) as Readonly<Record<string, unknown>>);
    send(response, 200, options.faults);
  } catch (error) {
    send(response, 400, { error: error instanceof Error ? error.message : String(error) });
  }
}

function makeFaults({ faults, operations, log }: ServerOptions, wanted: Readonly<Record<string, unknown>>): void {
  const { forgetTasks, reset, ...rest } = wanted;
  log(`faults: ${JSON.stringify(wanted)}`);
  if (reset === true) Object.assign(faults, noFaults());
  setFaults(faults, rest);
  if (forgetTasks === true) operations.forget();
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > MOST_BYTES) throw new Error('cannot read the faults: the body is too long');
  }
  return text;
}
