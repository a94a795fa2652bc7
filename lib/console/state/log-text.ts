/** Members of a structured line that an invocation's record holds already. */
const REPEATED: ReadonlySet<string> = new Set([
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

/** Whether a line is a metric in CloudWatch's embedded format: for a machine, not for people. */
export function isMetric(line: string): boolean {
  return line.startsWith('{') && line.includes('"_aws"') && line.includes('"CloudWatchMetrics"');
}

/**
 * Whether a line says no more than that its function answered, which the service that was answered shows itself. Transfer
 * Family does not: it takes neither reason nor summary.
 */
export function isOrdinaryAnswer(line: string): boolean {
  const { message, callbackService, by, isRepeated } = recordOf(line) ?? {};
  const isShown = callbackService !== undefined && callbackService !== 'transfer';
  return message === 'answered' && isShown && by === 'function' && isRepeated !== true;
}

/** A function's log line on one line: level, message and its own fields in full; other text as it is. */
export function logText(line: string): { readonly level: string; readonly text: string } {
  const record = recordOf(line);
  if (record === undefined) return { level: 'INFO', text: onOneLine(line) };
  const fields = Object.entries(record)
    .filter(([name]) => !REPEATED.has(name))
    .map(([name, value]) => `${name}=${describe(value)}`);
  return {
    level: String(record.level ?? 'INFO').toUpperCase(),
    text: onOneLine([describe(record.message), ...fields].join(' ')),
  };
}

function recordOf(line: string): Readonly<Record<string, unknown>> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const parsed = JSON.parse(line) as Record<string, unknown>;
    return 'message' in parsed ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function describe(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && value !== null && 'message' in value) return describe(value.message);
  return JSON.stringify(value);
}

function onOneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
