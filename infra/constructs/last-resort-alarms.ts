import { Alarm, ComparisonOperator, type Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Ringback, RingbackProps } from './ringback.ts';

/** The three alarms of a Ringback: the last resort was needed, it failed, and a delivery stays unanswered. */
export function lastResortAlarms(
  ringback: Ringback,
  { alarmTopic, alarmActions = [] }: Pick<RingbackProps, 'alarmTopic' | 'alarmActions'>,
): readonly Alarm[] {
  const actions = [...alarmActions];
  if (alarmTopic !== undefined) actions.push({ bind: () => ({ alarmActionArn: alarmTopic.topicArn }) });

  const create = (id: string, metric: Metric, alarmDescription: string) => {
    const alarm = new Alarm(ringback, id, {
      metric,
      alarmDescription,
      threshold: 0,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(...actions);
    return alarm;
  };

  return [
    create(
      'LastResortUsedAlarm',
      ringback.metricLastResortUsed(),
      'A function failed on a delivery for good and the last resort answered for it: read the log of the function.',
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
