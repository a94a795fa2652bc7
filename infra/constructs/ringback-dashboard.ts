import { Duration } from 'aws-cdk-lib';
import { type Alarm, AlarmStatusWidget, Dashboard, GraphWidget, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { Operation } from 'aws-cdk-lib/aws-dynamodb';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { RingbackMetrics } from './ringback-metrics.ts';

const PERIOD = Duration.minutes(5);
const ROW_WIDTH = 24;

/** The dashboard of a Ringback: alarms, last resort and ledger in the first rows, then one row for each function. */
export class RingbackDashboard extends Dashboard {
  constructor(scope: Construct, id: string, ringback: RingbackMetrics) {
    super(scope, id, { defaultInterval: Duration.hours(24) });
    // The list itself: alarms that are added later are shown, too.
    const alarms = ringback.alarmsHere as Alarm[];
    this.addWidgets(new AlarmStatusWidget({ title: 'Alarms', alarms, width: ROW_WIDTH }));
    this.addWidgets(
      graph(
        'Last resort',
        [ringback.metricLastResortUsed({ label: 'used' }), ringback.metricLastResortErrors({ label: 'failed' })],
        4,
      ),
      graph('Unanswered', [ringback.metricUnanswered({ label: 'deliveries' })], 4),
      graph(
        'Oldest message',
        [
          ringback.lastResortQueue.metricApproximateAgeOfOldestMessage({ label: 'last resort' }),
          ringback.deadLetterQueue.metricApproximateAgeOfOldestMessage({ label: 'dead letters' }),
        ],
        4,
      ),
      graph(
        'Ledger',
        [
          ringback.ledger.metricThrottledRequestsForOperations({
            operations: [Operation.GET_ITEM, Operation.PUT_ITEM, Operation.UPDATE_ITEM],
            period: PERIOD,
          }),
        ],
        4,
      ),
    );
  }

  /** Adds a row for one function. */
  addFunction(fn: IFunction): void {
    const name = fn.node.id;
    this.addWidgets(
      graph(`${name}: invocations`, [fn.metricInvocations(), fn.metricErrors(), fn.metricThrottles()]),
      graph(`${name}: duration`, [fn.metricDuration({ statistic: 'p50' }), fn.metricDuration({ statistic: 'p99' })]),
      graph(`${name}: given up`, [
        fn.metric('AsyncEventsDropped', { statistic: 'Sum' }),
        fn.metric('DestinationDeliveryFailures', { statistic: 'Sum' }),
      ]),
    );
  }
}

function graph(title: string, left: IMetric[], graphsInRow = 3): GraphWidget {
  return new GraphWidget({ title, left, width: ROW_WIDTH / graphsInRow, period: PERIOD });
}
