/** What the lines around an invocation's log tell. */
export interface InvocationReport {
  readonly requestId: string;
  readonly version: string;
  readonly durationMs: number;
  readonly memorySizeMb: number;
  /** Undefined where the system does not tell. */
  readonly peakMemoryMb: number | undefined;
  readonly coldStart: boolean;
}

/**
 * The log of an invocation between the lines that Lambda writes itself: START, END and REPORT. The duration has the
 * init phase in it, which is not measured apart.
 */
export function framedLog(lines: string, report: InvocationReport): string {
  const { requestId, version, durationMs, memorySizeMb, peakMemoryMb, coldStart } = report;
  const figures = [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${durationMs.toFixed(2)} ms`,
    `Billed Duration: ${Math.ceil(durationMs)} ms`,
    `Memory Size: ${memorySizeMb} MB`,
    ...(peakMemoryMb === undefined ? [] : [`Max Memory Used: ${peakMemoryMb} MB`]),
    ...(coldStart ? [`Init Duration: ${durationMs.toFixed(2)} ms`] : []),
  ];
  return `START RequestId: ${requestId} Version: ${version}\n${lines}END RequestId: ${requestId}\n${figures.join('\t')}\t\n`;
}
