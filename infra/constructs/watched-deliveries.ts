import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { DELIVERY_AGE_ALARM_SECONDS } from '../../lib/lifetimes.ts';
import { FleetAlarms } from './fleet-alarms.ts';
import type { RingbackMetrics } from './ringback-metrics.ts';

/** The alarms on what may become of deliveries before a function, or the last resort, has seen them. */
export class WatchedDeliveries {
  readonly #lost: FleetAlarms;
  readonly #givenUp: FleetAlarms;
  readonly #waiting: FleetAlarms;

  constructor(ringback: RingbackMetrics) {
    this.#lost = new FleetAlarms(ringback, {
      id: 'DestinationFailedAlarm',
      combine: 'add',
      threshold: 0,
      label: 'records that did not reach the last resort',
      alarmDescription:
        'Lambda could not tell the last resort of a delivery that a function failed on, so nobody will answer it: find it in the log of the function and answer it by hand; then see whether the role of the function may send to the queue and use its key.',
    });
    this.#givenUp = new FleetAlarms(ringback, {
      id: 'EventsDroppedAlarm',
      combine: 'add',
      threshold: 0,
      label: 'events that Lambda gave up',
      alarmDescription:
        'Lambda has given up on a delivery, and the last resort answers it: a function failed each time, or was throttled for too long. Read its log, and look at its throttles and reserved concurrency.',
    });
    this.#waiting = new FleetAlarms(ringback, {
      id: 'DeliveriesWaitAlarm',
      combine: 'highest',
      threshold: DELIVERY_AGE_ALARM_SECONDS,
      label: 'age of the oldest delivery in a queue, in seconds',
      alarmDescription:
        'A delivery waits in a continuation queue or a queue of the engine for longer than it should, and is deleted 14 days after it was sent: see whether the event source mappings of the function are enabled, and its throttles and reserved concurrency.',
    });
  }

  watchFunction(fn: IFunction): void {
    this.#lost.add(fn, fn.metric('DestinationDeliveryFailures', { statistic: 'Sum' }));
    this.#givenUp.add(fn, fn.metric('AsyncEventsDropped', { statistic: 'Sum' }));
  }

  watchQueue(queue: IQueue): void {
    this.#waiting.add(queue, queue.metricApproximateAgeOfOldestMessage({ statistic: 'Maximum' }));
  }
}
