import type { Alarm, Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';

/** What can be measured of a `Ringback`, for its alarms and its dashboard. */
export interface RingbackMetrics extends Construct {
  readonly ledger: Table;
  /** Its own alarms, and those that were added; grows. */
  readonly alarms: readonly Alarm[];
  metricLastResortUsed(options?: MetricOptions): Metric;
  metricLastResortErrors(options?: MetricOptions): Metric;
  metricUnanswered(options?: MetricOptions): Metric;
}
