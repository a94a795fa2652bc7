import { Token } from 'aws-cdk-lib';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { environmentVariables } from '../../lib/constants.ts';
import { describe } from './check-properties.ts';
import { setVariable } from './function-variables.ts';
import { granteeWithin } from './grantee-within.ts';

/** To whom it is told how callbacks end. */
export interface OutcomeProps {
  /**
   * Learns how each callback of its functions ended, by an event `Callback Answered` of the source `ringback`, after the
   * service has its answer. Best effort: an event may be missing, or come twice.
   * @default - nobody is told
   */
  readonly outcomeEventBus?: IEventBus;
  /**
   * The CloudWatch namespace for metrics of every answer, such as `Ringback`; CloudWatch charges for each metric. See
   * docs/observability.md.
   * @default - no metrics are written
   */
  readonly metricsNamespace?: string;
}

/** What CloudWatch takes (API Reference, PutMetricData); what begins with `AWS/` is its own. */
const NAMESPACE = /^(?!AWS\/|:)[\w.\-/#: ]{1,255}$/;

/**
 * Checks where it is to be told how callbacks end.
 *
 * @param region - that of the functions, whose EventBridge takes their events
 * @throws Error that says what was given and what can be
 */
export function checkOutcomes(where: string, region: string, props: OutcomeProps): void {
  const { outcomeEventBus: bus, metricsNamespace: namespace } = props;
  if (
    namespace !== undefined &&
    !Token.isUnresolved(namespace) &&
    (typeof namespace !== 'string' || !NAMESPACE.test(namespace))
  ) {
    throw new Error(
      `the metricsNamespace of ${where} has 1 to 255 letters, digits, spaces or ._-/#:, no colon first, and is not one of AWS's own (AWS/…), but got ${describe(namespace)}`,
    );
  }
  if (bus === undefined) return;
  if (!Construct.isConstruct(bus) || !('eventBusArn' in bus)) {
    throw new Error(
      `the outcomeEventBus of ${where} is an event bus, such as EventBus.fromEventBusName(…), but got ${describe(bus)}`,
    );
  }
  const regions = [region, bus.env.region];
  if (regions.some((one) => Token.isUnresolved(one)) || regions[0] === regions[1]) return;
  throw new Error(
    `${where} is in ${region} and its outcomeEventBus in ${bus.env.region}: EventBridge takes events for buses of its own Region; name a bus there, and lead its events on by a rule`,
  );
}

/** Lets a principal tell how callbacks end, and says to a function where. */
export function grantOutcomes(grantee: IGrantable, { outcomeEventBus, metricsNamespace }: OutcomeProps): void {
  const variables: [name: string, value: string][] = [];
  if (outcomeEventBus !== undefined) {
    const { eventBusArn } = outcomeEventBus;
    const statement = new PolicyStatement({ actions: ['events:PutEvents'], resources: [eventBusArn] });
    granteeWithin(grantee).grantPrincipal.addToPrincipalPolicy(statement);
    variables.push([environmentVariables.outcomeEventBus, eventBusArn]);
  }
  if (metricsNamespace !== undefined) variables.push([environmentVariables.metricsNamespace, metricsNamespace]);
  if (!(grantee instanceof LambdaFunction)) return;
  for (const [name, value] of variables) setVariable(grantee, name, value);
}
