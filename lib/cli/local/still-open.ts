import type { Rename } from '../../console/construct-names.ts';
import type { History } from '../../console/state/history.ts';
import { isOpen } from '../../console/state/records.ts';
import { escapeControls } from '../escape-controls.ts';

const MOST_SHOWN = 20;

/** What was still owed when a cloud ends, one line each. */
export function stillOpen({ owed }: Pick<History, 'owed'>, rename: Rename): readonly string[] {
  const open = [...owed.values()].filter(isOpen);
  if (open.length === 0) return ['ended; no answer was owed'];
  const shown = open
    .slice(0, MOST_SHOWN)
    .map(({ service, detail, state }) => `  ${service}  ${escapeControls(rename(detail))}  (${state})`);
  const more = open.length > shown.length ? [`  and ${open.length - shown.length} more`] : [];
  return [`ended; ${open.length} ${open.length === 1 ? 'answer was' : 'answers were'} still owed:`, ...shown, ...more];
}
