/** The names of the metrics, and their units. */
const UNITS = {
  /** Answers that a service took, by outcome. */
  Answers: 'Count',
  /** From the first delivery to the answer. */
  TimeToAnswer: 'Milliseconds',
  /** Tries of a report beyond the first. */
  ReportRetries: 'Count',
  /** Answers that the last resort gave. */
  LastResortAnswers: 'Count',
  DeferralsOpened: 'Count',
  DeferralsEnded: 'Count',
} as const;

/** Metrics that have the same dimensions. */
export interface MetricSet {
  readonly dimensions: Readonly<Record<string, string>>;
  readonly metrics: { readonly [Name in keyof typeof UNITS]?: number };
}

/**
 * A line of CloudWatch's embedded metric format, as Powertools writes it: with the dimension `service`, from
 * `POWERTOOLS_SERVICE_NAME`, before those of the sets.
 *
 * See https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 *
 * @param namespace - such as `Ringback`
 * @param timestamp - in milliseconds since the epoch
 */
export function metricLine(namespace: string, timestamp: number, sets: readonly MetricSet[]): string {
  const service = dimensionValue(process.env.POWERTOOLS_SERVICE_NAME ?? '') || 'ringback';
  const directives = sets.map(({ dimensions, metrics }) => ({
    Namespace: namespace,
    Dimensions: [['service', ...Object.keys(dimensions)]],
    Metrics: Object.keys(metrics).map((name) => ({ Name: name, Unit: UNITS[name as keyof typeof UNITS] })),
  }));
  const values = sets.map(({ dimensions, metrics }) => ({ ...dimensions, ...metrics }));
  const root = { _aws: { Timestamp: timestamp, CloudWatchMetrics: directives }, service };
  return JSON.stringify(Object.assign(root, ...values));
}

/** CloudWatch drops a metric whose dimension is blank, begins with a colon or is not ASCII (API Reference, Dimension). */
function dimensionValue(text: string): string {
  return text
    .trim()
    .replace(/^:+/, '')
    .replaceAll(/[^ -~]/g, '?');
}
