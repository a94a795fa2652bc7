import { Alarm, ComparisonOperator, type Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { DEAD_LETTER_AGE_ALARM_SECONDS, LAST_RESORT_AGE_ALARM_SECONDS } from '../../lib/lifetimes.ts';
import type { RingbackMetrics } from './ringback-metrics.ts';

/**
 * The alarms of the last resort: it was needed, it failed, it takes nothing out of its queue; a delivery stays
 * unanswered, and nobody has looked at it for days.
 */
export function lastResortAlarms(ringback: RingbackMetrics): readonly Alarm[] {
  const ageOf = (queue: IQueue) => queue.metricApproximateAgeOfOldestMessage({ statistic: 'Maximum' });
  const create = (id: string, metric: Metric, alarmDescription: string, threshold = 0) =>
    new Alarm(ringback, id, {
      metric,
      alarmDescription,
      threshold,
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
    create(
      'LastResortStalledAlarm',
      ageOf(ringback.lastResortQueue),
      'The last resort takes nothing out of its queue, so deliveries stay unanswered: see whether its event source mapping is enabled, and whether the account has concurrency left.',
      LAST_RESORT_AGE_ALARM_SECONDS,
    ),
    create(
      'DeadLettersAgeAlarm',
      ageOf(ringback.deadLetterQueue),
      'An unanswered delivery lies in the dead-letter queue for days, and is deleted 14 days after it was first sent: answer it by hand, or redrive the queue.',
      DEAD_LETTER_AGE_ALARM_SECONDS,
    ),
  ];
}
