/**
 * What the kubelet asks. Healthy: the event loop answers and the process has not been stopped; a broken watch or an API
 * server that is away does not make it unhealthy, a restart would cure neither. Ready: every store has its first list, and
 * the instance leads or stands by.
 */
import type { Route, Routes } from './http-server';
import type { RuntimeMetrics } from './metrics';

export interface HealthView {
  readonly stopped: boolean;
  readonly role: 'leading' | 'standing by' | 'lost';
  /** Synced or not, by resource. */
  readonly stores: Readonly<Record<string, boolean>>;
}

/** `GET /healthz`, `GET /readyz`, and `GET /metrics` when there are metrics. */
export function healthRoutes(view: () => HealthView, metrics?: RuntimeMetrics): Routes {
  const healthz: Route = () => {
    const { stopped, role } = view();
    return stopped || role === 'lost' ? { status: 503, body: stopped ? 'stopped\n' : 'leadership lost\n' } : { status: 200, body: 'ok\n' };
  };
  const routes = { 'GET /healthz': healthz, 'GET /readyz': () => readiness(view()) };
  if (metrics === undefined) return routes;
  const scrape: Route = async () => {
    const { contentType, text } = await metrics.render();
    return { status: 200, contentType, body: text };
  };
  return { ...routes, 'GET /metrics': scrape };
}

function readiness(view: HealthView): { status: number; contentType: string; body: string } {
  const waiting = Object.keys(view.stores).filter((name) => view.stores[name] === false);
  const ready = !view.stopped && view.role !== 'lost' && waiting.length === 0;
  const body = { ready, role: view.role, waitingFor: waiting };
  return { status: ready ? 200 : 503, contentType: 'application/json', body: `${JSON.stringify(body)}\n` };
}
