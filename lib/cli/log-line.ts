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
const LONGEST = 160;

/**
 * A function's log line made short for people: level, message and its own fields; other text as it is.
 *
 * @param longest - in characters
 */
export function readLogLine(line: string, longest = LONGEST): { readonly level: string; readonly text: string } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return { level: 'INFO', text: shorten(line, longest) };
  }
  if (typeof parsed !== 'object' || parsed === null || !('message' in parsed))
    return { level: 'INFO', text: shorten(line, longest) };
  const record = parsed as Record<string, unknown>;
  const fields = Object.entries(record)
    .filter(([name]) => !REPEATED.has(name))
    .map(([name, value]) => `${name}=${describe(value)}`);
  return {
    level: String(record.level ?? 'INFO').toUpperCase(),
    text: shorten([record.message, ...fields].join(' '), longest),
  };
}

function describe(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && value !== null && 'message' in value) return String(value.message);
  return JSON.stringify(value);
}

function shorten(text: string, longest: number): string {
  const oneLine = text.replaceAll(/\s+/g, ' ').trim();
  return oneLine.length > longest ? `${oneLine.slice(0, longest - 1)}…` : oneLine;
}
