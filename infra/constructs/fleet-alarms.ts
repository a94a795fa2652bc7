import { Lazy, Stack } from 'aws-cdk-lib';
import {
  Alarm,
  type CfnAlarm,
  ComparisonOperator,
  MathExpression,
  type Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { RingbackMetrics } from './ringback-metrics.ts';

/** CloudWatch takes this many metrics into the expression of one alarm. */
const MOST_METRICS = 10;

/** Properties of {@link FleetAlarms}. */
export interface FleetAlarmsProps {
  readonly id: string;
  /** How the metrics become one: counts are added, of ages the highest counts. */
  readonly combine: 'add' | 'highest';
  /** A value above it raises the alarm. */
  readonly threshold: number;
  readonly label: string;
  readonly alarmDescription: string;
}

/**
 * One alarm over the same metric of all functions, or queues, of a Ringback, as they are added; each further ten get a
 * further alarm. CloudWatch bills by the metric, so this costs what an alarm each would, but is one line on the
 * dashboard and one message. Those of another stack get their own there, so that neither stack waits for the other.
 */
export class FleetAlarms {
  readonly #ringback: RingbackMetrics;
  readonly #props: FleetAlarmsProps;
  readonly #metrics = new Map<Stack, Metric[]>();

  constructor(ringback: RingbackMetrics, props: FleetAlarmsProps) {
    this.#ringback = ringback;
    this.#props = props;
  }

  /** Watches one more metric. @param owner - the function or queue that it is of */
  add(owner: Construct, metric: Metric): void {
    const stack = Stack.of(owner);
    const metrics = this.#metrics.get(stack) ?? [];
    this.#metrics.set(stack, metrics);
    if (metrics.length % MOST_METRICS === 0) this.#create(owner, metrics, metric);
    metrics.push(metric);
  }

  #create(owner: Construct, metrics: readonly Metric[], first: Metric): void {
    const { id, combine, threshold, label, alarmDescription } = this.#props;
    const from = metrics.length;
    const scope = Stack.of(owner) === Stack.of(this.#ringback) ? this.#ringback : owner;
    const alarm = new Alarm(scope, from === 0 ? id : `${id}${from / MOST_METRICS + 1}`, {
      metric: new MathExpression({ expression: 'FILL(m0, 0)', usingMetrics: { m0: first } }),
      threshold,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription,
    });
    (alarm.node.defaultChild as CfnAlarm).metrics = Lazy.any({
      produce: () => rendered(metrics.slice(from, from + MOST_METRICS), combine, label),
    });
    this.#ringback.addAlarm(alarm);
  }
}

/** The metrics as CloudFormation takes them. One that has no data counts nothing, and does not hide the others. */
function rendered(metrics: readonly Metric[], combine: FleetAlarmsProps['combine'], label: string): object[] {
  const filled = metrics.map((_, index) => `FILL(m${index}, 0)`);
  const expression = combine === 'add' ? filled.join(' + ') : `MAX([${filled.join(', ')}])`;
  return [
    { id: 'all', expression, label, returnData: true },
    ...metrics.map((metric, index) => {
      const { namespace, metricName, dimensions, period, statistic } = metric.toMetricConfig().metricStat ?? {};
      return {
        id: `m${index}`,
        metricStat: { metric: { namespace, metricName, dimensions }, period: period?.toSeconds(), stat: statistic },
        returnData: false,
      };
    }),
  ];
}
