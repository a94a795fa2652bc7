import { Alarm, ComparisonOperator, type Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { RingbackMetrics } from './ringback-metrics.ts';

/** The three alarms of a Ringback: the last resort was needed, it failed, and a delivery stays unanswered. */
export function lastResortAlarms(ringback: RingbackMetrics): readonly Alarm[] {
  const create = (id: string, metric: Metric, alarmDescription: string) =>
    new Alarm(ringback, id, {
      metric,
      alarmDescription,
      threshold: 0,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });

  return [
    create(
      'LastResortUsedAlarm',
      ringback.metricLastResortUsed(),
      'A function failed for good on a delivery, or on a wake-up, and the last resort took it over: read the log of the function.',
    ),
    create(
      'LastResortFailedAlarm',
      ringback.metricLastResortErrors(),
      'The last resort failed and will be tried again: read its log.',
    ),
    create(
      'UnansweredAlarm',
      ringback.metricUnanswered(),
      'A delivery could not be answered at all: answer it by hand, then delete it from the dead-letter queue.',
    ),
  ];
}
