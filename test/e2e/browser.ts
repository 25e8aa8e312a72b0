/** Headless Chromium, spoken to over its debugging pipe (Chrome DevTools Protocol): as much as is needed to look at a page. */
import { spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type Json = Readonly<Record<string, unknown>>;

export interface Page {
  /** Loads an address and waits until it is there. */
  open(url: string): Promise<void>;
  /** The value of an expression in the page, as JSON carries it. */
  evaluate<T>(expression: string): Promise<T>;
  close(): Promise<void>;
}

interface Answer {
  readonly id?: number;
  readonly method?: string;
  readonly result?: Json;
  readonly error?: { readonly message: string };
}

/** @param options javaScript: false turns the page's own scripts off; what is evaluated here runs all the same */
export async function openBrowser(options: { readonly javaScript: boolean }): Promise<Page> {
  const profile = mkdtempSync(join(tmpdir(), 'browser-'));
  const flags = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--no-first-run',
    '--disable-background-networking',
  ];
  const child = spawn('chromium', [...flags, '--remote-debugging-pipe', `--user-data-dir=${profile}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const wire = protocolOn(child.stdio[3] as Writable, child.stdio[4] as Readable);
  const { targetInfos } = (await wire.ask('Target.getTargets')) as { targetInfos: readonly { type: string; targetId: string }[] };
  const targetId = targetInfos.find(({ type }) => type === 'page')?.targetId;
  const { sessionId } = await wire.ask('Target.attachToTarget', { targetId, flatten: true });
  const ask = (method: string, params: Json = {}): Promise<Json> => wire.ask(method, params, sessionId as string);
  await ask('Page.enable');
  if (!options.javaScript) await ask('Emulation.setScriptExecutionDisabled', { value: true });
  return {
    open: async (url) => {
      const loaded = wire.event('Page.loadEventFired');
      await ask('Page.navigate', { url });
      await loaded;
    },
    evaluate: async <T>(expression: string): Promise<T> => {
      const { result, exceptionDetails } = await ask('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true });
      if (exceptionDetails !== undefined) throw new Error(`cannot evaluate ${expression}: ${JSON.stringify(exceptionDetails)}`);
      return (result as { readonly value: T }).value;
    },
    close: async () => {
      await wire.ask('Browser.close').catch(() => child.kill());
      await ended;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Messages end with a zero byte; answers carry the number of their question. */
function protocolOn(out: Writable, into: Readable) {
  const waiting = new Map<number, (answer: Answer) => void>();
  const events = new Map<string, () => void>();
  let rest = '';
  let next = 0;
  into.setEncoding('utf8');
  into.on('data', (chunk: string) => {
    const parts = `${rest}${chunk}`.split('\0');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      const answer = JSON.parse(part) as Answer;
      if (answer.id !== undefined) waiting.get(answer.id)?.(answer);
      else if (answer.method !== undefined) events.get(answer.method)?.();
    }
  });
  const ask = (method: string, params: Json = {}, sessionId?: string): Promise<Json> =>
    new Promise((resolve, reject) => {
      const id = (next += 1);
      waiting.set(id, ({ result = {}, error }) => {
        waiting.delete(id);
        if (error === undefined) resolve(result);
        else reject(new Error(`cannot ${method}: ${error.message}`));
      });
      out.write(`${JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) })}\0`);
    });
  const event = (method: string): Promise<void> => new Promise((resolve) => events.set(method, resolve));
  return { ask, event };
}
