import { CfnOutput, Duration } from 'aws-cdk-lib';
import { LaunchRole, ProvisioningEngine } from '../../infra/index.ts';
import { type StackParts, type StageFunction, stageFunctions } from './crash-stack.ts';

/** The role under which every product is launched. */
export const LAUNCH_ROLE = 'SCLaunchCrash';
/** There is one engine for each type of product, so there are as many functions as types. */
export const ENGINES = { Plain: 'EXTERNAL', BriefAgain: 'TERRAFORM_CLOUD' } as const satisfies Partial<
  Record<StageFunction, string>
>;

/** Adds an engine of Service Catalog for each function. */
export function declareEngines({ stack, ringback, environment, entry, addCompleter }: StackParts): void {
  for (const [name, productType] of Object.entries(ENGINES) as [keyof typeof ENGINES, 'EXTERNAL'][]) {
    const engine = new ProvisioningEngine(stack, name, {
      productType,
      entry: entry('operation-logic.ts'),
      // Nobody asks a parser here.
      parserEntry: entry('never-loads.ts'),
      engine: { ringback, environment, timeout: Duration.seconds(30), ...stageFunctions[name] },
    });
    if (name === 'Plain') addCompleter((completer) => engine.grantComplete(completer));
    for (const [kind, queue] of [
      ...Object.entries({ Provision: engine.queues.provision, Terminate: engine.queues.terminate }),
      ['Continuation', engine.engine.enableContinuation()] as const,
    ]) {
      new CfnOutput(stack, `${name}${kind}QueueUrl`, { value: queue.queueUrl });
    }
  }
  new LaunchRole(stack, 'LaunchRole', { roleName: LAUNCH_ROLE });
}
