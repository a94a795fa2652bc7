import { CfnOutput, Duration } from 'aws-cdk-lib';
import { type EngineProductType, LaunchRole, ProvisioningEngine } from '../../infra/index.ts';
import { type StackParts, type StageFunction, stageFunctions } from './crash-stack.ts';

/** The role under which every product is launched. */
export const LAUNCH_ROLE = 'SCLaunchCrash';
/** Engines by the function that they are: there is one for each type of product, so no more functions than types. */
export type Engines = Readonly<Partial<Record<StageFunction, EngineProductType>>>;

/** Engines that load. */
export const ENGINES: Engines = { Plain: 'EXTERNAL', BriefAgain: 'TERRAFORM_CLOUD' };
/** One that does not. */
export const BROKEN_ENGINES: Engines = { Broken: 'EXTERNAL' };

/** Adds an engine of Service Catalog for each function. */
export const declareEngines = (parts: StackParts) => declareEach(parts, ENGINES);
/** Adds the engine that does not load. */
export const declareBrokenEngines = (parts: StackParts) => declareEach(parts, BROKEN_ENGINES);

function declareEach({ stack, ringback, environment, entry, addCompleter }: StackParts, engines: Engines): void {
  for (const [name, productType] of Object.entries(engines) as [StageFunction, EngineProductType][]) {
    const engine = new ProvisioningEngine(stack, name, {
      productType,
      entry: entry(name === 'Broken' ? 'never-loads.ts' : 'operation-logic.ts'),
      // Nobody asks a parser here.
      parserEntry: entry('never-loads.ts'),
      engine: { ringback, environment, timeout: Duration.seconds(30), ...stageFunctions[name] },
    });
    if (name === 'Plain') addCompleter((completer) => engine.grantComplete(completer));
    for (const [kind, queue] of [
      ...Object.entries({
        Provision: engine.queues.provision,
        Update: engine.queues.update,
        Terminate: engine.queues.terminate,
      }),
      ['Continuation', engine.callbacks.enableContinuation()] as const,
    ]) {
      new CfnOutput(stack, `${name}${kind}QueueUrl`, { value: queue.queueUrl });
    }
  }
  new LaunchRole(stack, 'LaunchRole', { roleName: LAUNCH_ROLE });
}
