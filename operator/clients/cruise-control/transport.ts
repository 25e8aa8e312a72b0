/**
 * One request to Cruise Control over HTTP. Every request ends in time, whatever the other side does: the deadline is for the
 * whole answer, not for its next byte, and an answer that grows too large is cut off. Redirects are not followed, as they
 * would carry credentials elsewhere, and proxies of the environment are not asked.
 *
 * Each request has a session of its own. Cruise Control ends the session with the request, so a shared one could end under
 * another request that still runs; the cookie is sent again only when that same request is asked after.
 */
import http from 'node:http';
import https from 'node:https';
import axios, { isAxiosError, type AxiosResponse } from 'axios';
import { CruiseControlError } from './refusal';

export interface CruiseControlTarget {
  /** Scheme, host and port, no path: `http://cruise-control.kafka:8090`. */
  readonly origin: string;
  readonly basic?: { readonly username: string; readonly password: string } | undefined;
  readonly bearer?: string | undefined;
  /** PEM. */
  readonly ca?: string | undefined;
  readonly insecureSkipVerify: boolean;
  /** For example `kafka-operator/1.0.0`. */
  readonly userAgent: string;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  /** For example `remove_broker`. */
  readonly endpoint: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** To ask after a request that was sent before. */
  readonly task?: TaskHandle | undefined;
}

export interface TaskHandle {
  readonly taskId: string;
  readonly session: string | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  /** Header `User-Task-ID`. */
  readonly taskId: string | undefined;
  /** `JSESSIONID=…`. */
  readonly session: string | undefined;
  readonly text: string;
}

const BASE_PATH = '/kafkacruisecontrol';
const MOST_BYTES = 16 * 1024 * 1024;

export class Transport {
  private readonly httpAgent = new http.Agent();
  private readonly httpsAgent: https.Agent;

  constructor(private readonly target: CruiseControlTarget) {
    const trust = target.ca === undefined ? {} : { ca: target.ca };
    this.httpsAgent = new https.Agent({ rejectUnauthorized: !target.insecureSkipVerify, ...trust });
  }

  /** Any status is an answer. Throws CruiseControlError of kind `unreachable`, or `other` for an answer without end. */
  async ask(request: HttpRequest, milliseconds: number): Promise<HttpAnswer> {
    try {
      return answerOf(await this.exchange(request, Math.max(1, Math.ceil(milliseconds))));
    } catch (error) {
      throw this.failure(request, error);
    }
  }

  /** Breaks what is under way. Between requests no connection is kept. */
  close(): void {
    this.httpAgent.destroy();
    this.httpsAgent.destroy();
  }

  private exchange({ method, endpoint, parameters, task }: HttpRequest, milliseconds: number): Promise<AxiosResponse<string>> {
    const query = new URLSearchParams({ json: 'true', ...parameters }).toString();
    return axios.request<string>({
      method,
      url: `${this.target.origin}${BASE_PATH}/${encodeURIComponent(endpoint)}?${query}`,
      headers: { ...this.ownHeaders(), ...(task === undefined ? {} : taskHeaders(task)) },
      timeout: milliseconds,
      signal: AbortSignal.timeout(milliseconds),
      responseType: 'text',
      transformResponse: (text: string) => text,
      validateStatus: () => true,
      maxRedirects: 0,
      maxContentLength: MOST_BYTES,
      proxy: false,
      httpAgent: this.httpAgent,
      httpsAgent: this.httpsAgent,
    });
  }

  private ownHeaders(): Record<string, string> {
    const { basic, bearer, userAgent } = this.target;
    const headers = { Accept: 'application/json', 'User-Agent': userAgent };
    if (bearer !== undefined) return { ...headers, Authorization: `Bearer ${bearer}` };
    if (basic === undefined) return headers;
    const encoded = Buffer.from(`${basic.username}:${basic.password}`).toString('base64');
    return { ...headers, Authorization: `Basic ${encoded}` };
  }

  /** The library's error holds the whole request, headers included: only its code and its sentence leave here. */
  private failure({ endpoint }: HttpRequest, error: unknown): CruiseControlError {
    const { origin } = this.target;
    const { code = '', message = '' } = isAxiosError(error) ? error : { message: String(error) };
    if (message.includes('maxContentLength'))
      return new CruiseControlError('other', `cannot read what Cruise Control at ${origin} answers to ${endpoint}: it is without end`);
    if (['ERR_CANCELED', 'ECONNABORTED', 'ETIMEDOUT'].includes(code))
      return new CruiseControlError('unreachable', `cannot ask Cruise Control at ${origin} for ${endpoint}: no answer in time`);
    const said = [code, message].filter((text) => text !== '').join(': ');
    return new CruiseControlError('unreachable', `cannot reach Cruise Control at ${origin}: ${said === '' ? 'no connection' : said}`);
  }
}

const taskHeaders = ({ taskId, session }: TaskHandle): Record<string, string> => ({
  'User-Task-ID': taskId,
  ...(session === undefined ? {} : { Cookie: session }),
});

function answerOf({ status, headers, data }: AxiosResponse<unknown>): HttpAnswer {
  const taskId: unknown = headers['user-task-id'];
  const cookies: unknown = headers['set-cookie'];
  const session = (Array.isArray(cookies) ? cookies : []).map(String).find((cookie) => cookie.startsWith('JSESSIONID='));
  return {
    status,
    taskId: typeof taskId === 'string' && taskId !== '' ? taskId : undefined,
    session: session?.split(';')[0],
    text: typeof data === 'string' ? data : '',
  };
}
