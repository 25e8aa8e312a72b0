/** The routes of the status page: reading only, there is nothing that could be changed by it. */
import type { Routes, ServerAnswer } from '../runtime/http-server';
import { SCRIPT, STYLE } from './assets';
import type { StatusBoard } from './board';
import { clusterPage, indexPage, unknownPage } from './pages';

/** Nothing from elsewhere, nothing inline, in nobody's frame. */
const HEADERS = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
};

const answer = (status: number, body: string, contentType = 'text/html; charset=utf-8'): ServerAnswer => ({
  status,
  contentType,
  body,
  headers: HEADERS,
});

export function statusRoutes(board: StatusBoard, now: () => number): Routes {
  const boards = () =>
    board.keys.flatMap((key) => {
      const seen = board.get(key);
      return seen === undefined ? [] : [[key, seen] as const];
    });
  return {
    'GET /': () => answer(200, indexPage({ boards: boards(), troubles: board.troubles }, now())),
    'GET /cluster': ({ query }) => {
      const key = query.get('name') ?? '';
      const seen = board.get(key);
      return seen === undefined ? answer(404, unknownPage(key, now())) : answer(200, clusterPage(key, seen, now()));
    },
    'GET /status.css': () => answer(200, STYLE, 'text/css; charset=utf-8'),
    'GET /status.js': () => answer(200, SCRIPT, 'text/javascript; charset=utf-8'),
  };
}
