import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Rule } from 'aws-cdk-lib/aws-events';
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { COULD_NOT_POLL } from '../../lib/constants.ts';
import type { AdoptedFunction } from './adopted-function.ts';

/** What goes wrong once may pass; what goes wrong in this many periods running does not. */
const PERIODS = 3;
const SHORTEST_PERIOD = Duration.minutes(5);
/** The longest period that CloudWatch takes. */
const LONGEST_PERIOD = Duration.days(1);

/** How a worker is woken; see `wakeUpRules`. */
export interface WorkerClock {
  readonly schedule: Rule;
  readonly every: Duration;
}

/**
 * The three alarms of a job worker that finds no jobs: it runs and cannot ask for them, it does not run well, and it is
 * not run at all. Without them its pipelines wait for a day before anybody learns of it.
 *
 * They watch polls alone, so jobs that fail do not raise them. Missing data raises none, so a new stack does not either.
 */
export function workerAlarms(callbacks: AdoptedFunction, { schedule, every }: WorkerClock): readonly Alarm[] {
  const { function: fn } = callbacks;
  const period = periodOf(every);
  const minutes = PERIODS * period.toMinutes();
  const couldNotPoll = new MetricFilter(fn, 'CouldNotPoll', {
    logGroup: fn.logGroup,
    filterPattern: FilterPattern.stringValue('$.message', '=', COULD_NOT_POLL),
    metricNamespace: 'Ringback',
    metricName: `CouldNotPoll-${fn.functionName}`,
  });
  const name = fn.node.path;
  return [
    raise(
      callbacks,
      'CannotPollAlarm',
      couldNotPoll.metric({ statistic: 'Sum', period }),
      ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      `The job worker ${name} has been unable to ask CodePipeline for jobs for ${minutes} minutes, and pipelines wait for it: read its log. It lacks a permission, its action type or its client tokens are gone, or it has no way to CodePipeline.`,
    ),
    raise(
      callbacks,
      'WakeUpsFailAlarm',
      // Of AWS's own counts, which go on when roles, queues and logs do not. Both are there whenever it was invoked.
      new MathExpression({
        label: 'invocations that went well',
        expression: 'invocations - errors',
        usingMetrics: {
          invocations: fn.metricInvocations({ statistic: 'Sum', period }),
          errors: fn.metricErrors({ statistic: 'Sum', period }),
        },
        period,
      }),
      ComparisonOperator.LESS_THAN_THRESHOLD,
      `No invocation of the job worker ${name} has gone well for ${minutes} minutes, the wake-ups of its schedule included, and pipelines wait for it: read its log. It may not load, or end before it has polled.`,
    ),
    raise(
      callbacks,
      'NotWokenAlarm',
      new Metric({
        namespace: 'AWS/Events',
        metricName: 'FailedInvocations',
        dimensionsMap: { RuleName: schedule.ruleName },
        statistic: 'Sum',
        period,
      }),
      ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      `EventBridge has been unable to invoke the job worker ${name} for ${minutes} minutes, and pipelines wait for it: see whether the function and its permission for the rule are still there.`,
    ),
  ];
}

/** Raises an alarm where a count of at least one, or of less than one, is there in all periods. */
function raise(
  { function: fn, ringback }: AdoptedFunction,
  id: string,
  metric: IMetric,
  comparisonOperator: ComparisonOperator,
  alarmDescription: string,
): Alarm {
  const alarm = new Alarm(fn, id, {
    metric,
    threshold: 1,
    comparisonOperator,
    evaluationPeriods: PERIODS,
    treatMissingData: TreatMissingData.NOT_BREACHING,
    alarmDescription,
  });
  ringback.addAlarm(alarm);
  return alarm;
}

/** Long enough to hold a wake-up of the schedule. */
function periodOf(every: Duration): Duration {
  const seconds = Math.max(SHORTEST_PERIOD.toSeconds(), every.toSeconds());
  return Duration.seconds(Math.min(seconds, LONGEST_PERIOD.toSeconds()));
}
