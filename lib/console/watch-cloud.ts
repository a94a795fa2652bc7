import type { LocalCloud } from '../local/cloud.ts';
import { createHistory, type History } from './state/history.ts';
import { withoutTooDeep } from './too-deep.ts';

/** A history that follows a cloud. */
export interface WatchedCloud {
  readonly history: History;
  stop(): void;
}

/** Follows what happens in a local cloud from here on. */
export function watchCloud({ events, clock }: Pick<LocalCloud, 'events' | 'clock'>): WatchedCloud {
  const history = createHistory();
  return { history, stop: events.onAny((name, event) => history.take(name, withoutTooDeep(event), clock.now())) };
}
