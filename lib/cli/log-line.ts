import { escapeControls } from './escape-controls.ts';

/** Members of a structured log line that repeat what the view shows already. */
const REPEATED = new Set([
  'level',
  'message',
  'timestamp',
  'service',
  'sampling_rate',
  'xray_trace_id',
  'function_request_id',
  'function_name',
  'function_arn',
  'function_memory_size',
  'cold_start',
]);
/** A function's log line for people, on one line: level, message and its own fields in full; other text as it is. */
export function readLogLine(line: string): { readonly level: string; readonly text: string } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return { level: 'INFO', text: onOneLine(line) };
  }
  if (typeof parsed !== 'object' || parsed === null || !('message' in parsed))
    return { level: 'INFO', text: onOneLine(line) };
  const record = parsed as Record<string, unknown>;
  const fields = Object.entries(record)
    .filter(([name]) => !REPEATED.has(name))
    .map(([name, value]) => `${name}=${describe(value)}`);
  return {
    level: String(record.level ?? 'INFO').toUpperCase(),
    text: escapeControls(onOneLine([record.message, ...fields].join(' '))),
  };
}

function describe(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && value !== null && 'message' in value) return String(value.message);
  return JSON.stringify(value);
}

function onOneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
