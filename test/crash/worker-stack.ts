import { CfnOutput } from 'aws-cdk-lib';
import {
  type CallbackFunction,
  type CallbackFunctionProps,
  CustomActionWorker,
  type WorkerAction,
  type WorkerActionProps,
} from '../../infra/index.ts';
import { declareSource, VARIABLES, variableReferences } from './crash-pipelines.ts';
import { type StackParts, stageFunctions } from './crash-stack.ts';

/** The functions of a stage of job workers. */
export const WORKERS = ['Plain', 'Again'] as const;
/** Added to a function's name: its pipeline with two actions, side by side. */
export const PAIR = 'Pair';

/** The action type of one worker; the handler learns its provider from the environment. */
export const actionTypeOf = (name: (typeof WORKERS)[number]) =>
  ({
    category: 'Invoke',
    provider: `Crash${name}`,
    properties: VARIABLES.map((variable) => ({ name: variable, required: true })),
  }) as const;

/** A job worker of either make. */
export type AnyWorker = CallbackFunction & { action(props: WorkerActionProps): WorkerAction };

/** Adds job workers, woken as users' workers are; each has a pipeline with one action of its type, and one with two. */
export function declareEachWorker<Worker extends AnyWorker>(
  { stack, ringback, environment, entry }: Pick<StackParts, 'stack' | 'ringback' | 'environment' | 'entry'>,
  handler: string,
  create: (name: (typeof WORKERS)[number], props: CallbackFunctionProps) => Worker,
): Readonly<Record<(typeof WORKERS)[number], Worker>> {
  const addPipeline = declareSource(stack);
  const workers = WORKERS.map((name) => {
    const { provider } = actionTypeOf(name);
    const worker = create(name, {
      entry: entry(handler),
      environment: { ...environment, PROVIDER: provider },
      ringback,
      ...stageFunctions[name],
    });
    const action = (actionName: string) => worker.action({ actionName, configuration: variableReferences });
    addPipeline(name, [action('Work')]);
    addPipeline(`${name}${PAIR}`, [action('Left'), action('Right')]);
    new CfnOutput(stack, `${name}FunctionName`, { value: worker.functionName });
    return [name, worker] as const;
  });
  return Object.fromEntries(workers) as Record<(typeof WORKERS)[number], Worker>;
}

/** Adds the workers of custom actions. */
export function declareWorkers(parts: StackParts): void {
  const { Plain } = declareEachWorker(
    parts,
    'worker-logic.ts',
    (name, props) => new CustomActionWorker(parts.stack, name, { ...props, actionType: actionTypeOf(name) }),
  );
  parts.addCompleter((completer) => Plain.grantComplete(completer));
}
