import type { IEventBus } from 'aws-cdk-lib/aws-events';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { environmentVariables } from '../../lib/constants.ts';

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

/** Lets a principal tell how callbacks end, and says to a function where. */
export function grantOutcomes(grantee: IGrantable, { outcomeEventBus, metricsNamespace }: OutcomeProps): void {
  const variables: [name: string, value: string][] = [];
  if (outcomeEventBus !== undefined) {
    const { eventBusArn } = outcomeEventBus;
    const statement = new PolicyStatement({ actions: ['events:PutEvents'], resources: [eventBusArn] });
    grantee.grantPrincipal.addToPrincipalPolicy(statement);
    variables.push([environmentVariables.outcomeEventBus, eventBusArn]);
  }
  if (metricsNamespace !== undefined) variables.push([environmentVariables.metricsNamespace, metricsNamespace]);
  if (!(grantee instanceof LambdaFunction)) return;
  for (const [name, value] of variables) grantee.addEnvironment(name, value);
}
