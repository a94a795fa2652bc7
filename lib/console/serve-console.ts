import { randomBytes, randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { LocalCloud } from '../local/cloud.ts';
import type { RequestTaker } from '../local/wire/request-listener.ts';
import { API_PATH, answerApi, sendJson } from './api/answer-api.ts';
import { createArmedFaults } from './api/armed-faults.ts';
import type { CompleteEntry, ConsoleParts } from './api/console-parts.ts';
import { createEventStreams } from './api/event-stream.ts';
import { refuse } from './api/guard.ts';
import { loadPage, type PageAssets } from './api/page-assets.ts';
import { createWithholder } from './api/withhold.ts';
import type { Rename } from './construct-names.ts';
import type { History } from './state/history.ts';
import { withoutTooDeep } from './too-deep.ts';

/** Options of {@link serveConsole}. */
export interface ConsoleOptions {
  readonly cloud: LocalCloud;
  readonly history: History;
  /** Calls resources by their constructs. */
  readonly rename: Rename;
  /** Answers what is deferred. */
  readonly complete: CompleteEntry;
  /** Whether nothing can be changed. @defaultValue false */
  readonly readOnly?: boolean;
}

/** A console that is served. */
export interface Console {
  /** Where a person opens it; the token in it lets one change things. */
  readonly address: string;
  readonly token: string;
  close(): void;
}

const PAGE_PATH = '/_ringback/console/';
const TOKEN_BYTES = 18;

const PAGE_HEADERS = {
  'Cache-Control': 'no-cache',
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
} as const;

/** Serves the console of a local cloud on the cloud's own port. */
export function serveConsole({ cloud, history, rename, complete, readOnly = false }: ConsoleOptions): Console {
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  const withholder = createWithholder();
  const parts: ConsoleParts = {
    cloud,
    history,
    rename,
    complete,
    readOnly,
    withholder,
    faults: createArmedFaults(cloud),
    startedAt: Math.round(cloud.clock.now()),
    instance: randomUUID(),
  };
  const stopLearning = [
    cloud.events.on('invocation', ({ event }) => withholder.learn(withoutTooDeep({ event }))),
    cloud.events.on('call', ({ input }) => withholder.learn(withoutTooDeep({ input }))),
  ];
  const streams = createEventStreams(parts);
  let page: Promise<PageAssets> | undefined;

  async function answerPage(name: string, response: ServerResponse): Promise<void> {
    try {
      page ??= loadPage();
      const assets = await page;
      const asset = Object.hasOwn(assets, name) ? assets[name] : undefined;
      if (asset === undefined) {
        sendJson(response, 404, { error: `the page has no file ${name}` });
        return;
      }
      response.writeHead(200, { ...PAGE_HEADERS, 'Content-Type': asset.type });
      response.end(asset.text);
    } catch (error) {
      page = undefined;
      sendJson(response, 500, { error: `the page could not be made: ${(error as Error).message}` });
    }
  }

  const take: RequestTaker = (request, response, url) => {
    const refusal = refuse(request.method ?? 'GET', request.headers, { port: cloud.port, token, readOnly });
    if (refusal !== undefined) {
      request.resume();
      sendJson(response, refusal.status, { error: refusal.message });
      return true;
    }
    if (url.pathname === '/') void answerPage('page.html', response);
    else if (url.pathname.startsWith(PAGE_PATH)) void answerPage(url.pathname.slice(PAGE_PATH.length), response);
    else if (url.pathname.startsWith(API_PATH)) void answerApi(request, response, url, { parts, streams });
    else sendJson(response, 404, { error: `there is nothing at ${url.pathname}; the API is below ${API_PATH}` });
    return true;
  };
  cloud.answerPages(take);

  return {
    address: `${cloud.endpoint}/${readOnly ? '' : `#token=${token}`}`,
    token,
    close() {
      for (const stop of stopLearning) stop();
      streams.close();
      cloud.answerPages(() => false);
    },
  };
}
