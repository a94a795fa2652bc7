import { logText } from '../console/state/log-text.ts';
import { escapeControls } from './escape-controls.ts';

/** A function's log line for a terminal, on one line: level, message and its own fields in full; other text as it is. */
export function readLogLine(line: string): { readonly level: string; readonly text: string } {
  const { level, text } = logText(line);
  return { level, text: escapeControls(text) };
}
