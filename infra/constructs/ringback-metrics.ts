import type { Alarm, Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

/** What can be measured of a `Ringback`, for its alarms and its dashboard. */
export interface RingbackMetrics extends Construct {
  readonly ledger: Table;
  readonly lastResortQueue: IQueue;
  readonly deadLetterQueue: IQueue;
  /** Its own alarms, and those that were added, of its own stack; grows. */
  readonly alarmsHere: readonly Alarm[];
  addAlarm(alarm: Alarm): void;
  metricLastResortUsed(options?: MetricOptions): Metric;
  metricLastResortErrors(options?: MetricOptions): Metric;
  metricUnanswered(options?: MetricOptions): Metric;
}
