/** Metrics that are counted under the same dimensions. */
export interface MetricGroup {
  /** Names of dimensions, set by set: each metric is counted once for each set. Their values are among the fields. */
  readonly dimensionSets: readonly (readonly string[])[];
  readonly metrics: Readonly<Record<string, Measured>>;
}

/** What was measured. */
export interface Measured {
  readonly value: number;
  /** CloudWatch's name of the unit. */
  readonly unit: 'Count' | 'Milliseconds';
}

/**
 * A line of CloudWatch's embedded metric format: written to a function's log, it becomes metrics.
 *
 * See https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 *
 * @param namespace - such as `Ringback`
 * @param timestamp - in milliseconds since the epoch
 * @param fields - the values of the dimensions, and what else is to be found in the line
 */
export function metricLine(
  namespace: string,
  timestamp: number,
  groups: readonly MetricGroup[],
  fields: Readonly<Record<string, unknown>>,
): string {
  const directives = groups.map(({ dimensionSets, metrics }) => ({
    Namespace: namespace,
    Dimensions: dimensionSets,
    Metrics: Object.entries(metrics).map(([name, { unit }]) => ({ Name: name, Unit: unit })),
  }));
  const measured = groups.flatMap(({ metrics }) => Object.entries(metrics).map(([name, { value }]) => [name, value]));
  return JSON.stringify({
    _aws: { Timestamp: timestamp, CloudWatchMetrics: directives },
    ...fields,
    ...Object.fromEntries(measured),
  });
}
