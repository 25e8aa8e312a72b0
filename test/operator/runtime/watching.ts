/** A reflector that is started, and what it told. */
import { silentLogger } from '../../../operator/runtime/log';
import type { Logger } from '../../../operator/runtime/log';
import { Reflector } from '../../../operator/runtime/reflector';
import type { ListWatch, ReflectorOptions, RestartReason } from '../../../operator/runtime/reflector';
import { KindStore } from '../../../operator/runtime/store';
import { configMaps } from '../../runtime/fake-client';

export const quick = { backOff: { first: 5, most: 40 }, shortestWatch: 0 };

export interface Watching {
  readonly store: KindStore;
  readonly events: string[];
  readonly restarts: RestartReason[];
  readonly lines: string[];
  readonly reflector: Reflector;
}

function logInto(lines: string[]): Logger {
  const say = (message: string): void => void lines.push(message);
  return { ...silentLogger, warn: say, info: say, error: say };
}

export function watching(source: ListWatch, options: Partial<ReflectorOptions> = {}): Watching {
  const store = new KindStore({ kind: configMaps });
  const events: string[] = [];
  store.onEvent((event) => events.push(`${event.type} ${event.object.metadata.name}`));
  const restarts: RestartReason[] = [];
  const lines: string[] = [];
  const onRestart = (_: string, why: RestartReason): void => void restarts.push(why);
  const reflector = new Reflector({ source, store, log: logInto(lines), onRestart, limits: quick, ...options });
  reflector.start();
  return { store, events, restarts, lines, reflector };
}
