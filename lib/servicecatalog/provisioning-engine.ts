import { ConfigurationError, InvalidOptionError } from '../core/errors.ts';
import { createHandler, type HandlerOptions, type LambdaHandler } from '../core/handler.ts';
import type { LogicResult } from '../core/outcome.ts';
import { environmentRuntime, type Runtime } from '../core/runtime.ts';
import { type Schema, validate } from '../core/schema.ts';
import type { Delivery, Service, TaskEnvironment } from '../core/service.ts';
import { createOperation, type ProvisioningOperation, type TerminateOperation } from './operation.ts';
import { type OperationMessage, readOperationMessage } from './operation-message.ts';
import type { OperationDetails } from './outcomes.ts';
import { listOutputs, outputText } from './outputs.ts';
import { operationCallback, operationResultApi } from './result-api.ts';

/** What the logic of an operation may return; nothing means success. */
export type OperationOutcome = LogicResult<OperationDetails, OperationDetails>;

/** User logic for one kind of operation. */
export type OperationLogic<Operation> = (operation: Operation) => OperationOutcome | Promise<OperationOutcome>;

/** What an engine does. */
export interface EngineLogic<Parameters, State> {
  readonly provision: OperationLogic<ProvisioningOperation<Parameters, State>>;
  readonly update: OperationLogic<ProvisioningOperation<Parameters, State>>;
  /** The message has no artifact, parameters and tags: destroy from what was kept. */
  readonly terminate: OperationLogic<TerminateOperation<State>>;
}

/** Options of {@link provisioningEngine}. */
export interface EngineOptions<Parameters, State> extends HandlerOptions {
  /** A Standard Schema for the parameters, an object of texts. @defaultValue taken as they are */
  readonly parameters?: Schema<Parameters>;
  /** A Standard Schema for the state that `continueAfter` leaves. @defaultValue taken as it is */
  readonly state?: Schema<State>;
  /**
   * Keys of parameters whose values appear in no log line and no message. The messages of Service Catalog do not tell
   * which parameters are NoEcho.
   *
   * @defaultValue none
   */
  readonly noEcho?: readonly string[];
}

const OPTIONS: ReadonlySet<string> = new Set(['parameters', 'state', 'noEcho', 'onCrash']);
const KINDS = ['provision', 'update', 'terminate'] as const;

/**
 * Makes a function a provisioning engine of Service Catalog: takes operations from its queues and answers each with
 * the matching Notify...EngineWorkflowResult, once, whatever happens.
 *
 * Permissions: the three servicecatalog:Notify... operations on `*`; sts:AssumeRole on the launch roles; for `defer`
 * and `continueAfter` sqs:SendMessage on the function's continuation queue.
 *
 * @throws InvalidOptionError when an option is unknown, or the logic of a kind is missing
 */
export function provisioningEngine<Parameters = Readonly<Record<string, string>>, State = unknown>(
  logic: EngineLogic<Parameters, State>,
  options: EngineOptions<Parameters, State> = {},
): LambdaHandler {
  return provisioningEngineWith(environmentRuntime(), logic, options);
}

/** {@link provisioningEngine} with its dependencies passed in. */
export function provisioningEngineWith<Parameters = Readonly<Record<string, string>>, State = unknown>(
  provide: () => Runtime,
  logic: EngineLogic<Parameters, State>,
  options: EngineOptions<Parameters, State> = {},
): LambdaHandler {
  const unknown = Object.keys(options).find((option) => !OPTIONS.has(option));
  if (unknown !== undefined) {
    throw new InvalidOptionError(`provisioningEngine has no option "${unknown}"; it has ${[...OPTIONS].join(', ')}`);
  }
  const missing = KINDS.find((kind) => typeof logic[kind] !== 'function');
  if (missing !== undefined) {
    throw new InvalidOptionError(`provisioningEngine needs a function for ${missing}; it takes ${KINDS.join(', ')}`);
  }
  return createHandler(engineService(options), (task) => run(logic, task), options, provide);
}

/** An operation, and what its outcome is watched with. */
interface Task<Parameters, State> {
  readonly operation: ProvisioningOperation<Parameters, State>;
  readonly addSecrets: TaskEnvironment['addSecrets'];
}

async function run<Parameters, State>(
  logic: EngineLogic<Parameters, State>,
  { operation, addSecrets }: Task<Parameters, State>,
): Promise<OperationOutcome> {
  const outcome = await logicOf(logic, operation);
  const { outputs } = (outcome?.details ?? {}) as OperationDetails;
  if (Array.isArray(outputs)) {
    for (const output of listOutputs(outputs)) if (output.sensitive) addSecrets(outputText(output));
  }
  return outcome;
}

function logicOf<Parameters, State>(
  logic: EngineLogic<Parameters, State>,
  operation: ProvisioningOperation<Parameters, State>,
): OperationOutcome | Promise<OperationOutcome> {
  switch (operation.type) {
    case 'PROVISION_PRODUCT':
      return logic.provision(operation);
    case 'UPDATE_PROVISIONED_PRODUCT':
      return logic.update(operation);
    case 'TERMINATE_PROVISIONED_PRODUCT':
      return logic.terminate(operation);
  }
}

function engineService<Parameters, State>(options: EngineOptions<Parameters, State>): Service<Task<Parameters, State>> {
  const { noEcho = [] } = options;
  return {
    ...operationResultApi,
    parse(event, region): Delivery<Task<Parameters, State>> {
      const message = readOperationMessage(event);
      return {
        callback: operationCallback(message, region),
        secrets: [message.token, ...noEcho.map((key) => message.parameters[key])],
        createTask: async (environment) => ({
          operation: await buildOperation(message, environment, options),
          addSecrets: environment.addSecrets,
        }),
      };
    },
  };
}

async function buildOperation<Parameters, State>(
  message: OperationMessage,
  environment: TaskEnvironment,
  { parameters, state }: EngineOptions<Parameters, State>,
): Promise<ProvisioningOperation<Parameters, State>> {
  if (message.problems.length > 0) {
    throw new ConfigurationError(`the message of Service Catalog is damaged: ${message.problems.join('; ')}`);
  }
  const isTermination = message.operation === 'TERMINATE_PROVISIONED_PRODUCT';
  const read =
    parameters === undefined || isTermination
      ? (message.parameters as Parameters)
      : await validate(parameters, message.parameters, 'the parameters');
  const left =
    environment.state === undefined || state === undefined
      ? (environment.state as State | undefined)
      : await validate(state, environment.state, 'the state that the last run left');
  return createOperation(message, read, left, environment);
}
