import { checkOption } from '../core/check-options.ts';
import { ConfigurationError, InvalidOptionError } from '../core/errors.ts';
import { failureOf } from '../core/failure.ts';
import { checkHandler, createHandler, type LambdaHandler } from '../core/handler.ts';
import type { HandlerOptions } from '../core/handler-parts.ts';
import { isListOfTexts } from '../core/option-kinds.ts';
import { type LogicResult, succeed } from '../core/outcome.ts';
import { environmentRuntime, type Runtime } from '../core/runtime.ts';
import type { Sample } from '../core/sample.ts';
import { readState, type Schema, validate } from '../core/schema.ts';
import type { Parsed, TaskParts, TaskService } from '../core/service.ts';
import { createOperation, type ProvisioningOperation, type TerminateOperation } from './operation.ts';
import { type OperationMessage, readOperationMessage, valuesOf } from './operation-message.ts';
import type { OperationDetails } from './outcomes.ts';
import { operationService, recogniseOperation } from './result-api.ts';
import { sensitiveTexts } from './sensitive.ts';

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

const OPTIONS = ['parameters', 'state', 'noEcho', 'onCrash'] as const;
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
  checkHandler('provisioningEngine', () => undefined, options, OPTIONS);
  checkOption('noEcho', options.noEcho, isListOfTexts);
  const missing = KINDS.find((kind) => typeof logic?.[kind] !== 'function');
  if (missing !== undefined) {
    throw new InvalidOptionError(`provisioningEngine needs a function for ${missing}; it takes ${KINDS.join(', ')}`);
  }
  return createHandler({
    service: engineService(options),
    logic: (task) => run(logic, task),
    options,
    provide,
    sample: operationSample,
  });
}

/** An operation as it comes most often. */
export function operationSample(): Sample {
  return {
    service: engineService({}),
    event: {
      token: 'of/a+sample=',
      operation: 'PROVISION_PRODUCT',
      provisionedProductId: 'pp-1',
      provisionedProductName: 'rehearsal',
      productId: 'prod-1',
      provisioningArtifactId: 'pa-1',
      recordId: 'rec-1',
      launchRoleArn: 'arn:aws:iam::123456789012:role/a',
      artifact: { path: 's3://a/a', type: 'AWS_S3' },
      identity: { principal: 'a', awsAccountId: '123456789012' },
      parameters: [{ key: 'a', value: 'a' }],
      tags: [{ key: 'a', value: 'a' }],
    },
    outcome: succeed({ outputs: { a: 'a' } }),
  };
}

/** An operation, and what its outcome is watched with. */
interface Task<Parameters, State> {
  readonly operation: ProvisioningOperation<Parameters, State>;
  readonly declareSecrets: TaskParts['declareSecrets'];
}

async function run<Parameters, State>(
  logic: EngineLogic<Parameters, State>,
  { operation, declareSecrets }: Task<Parameters, State>,
): Promise<OperationOutcome> {
  try {
    const outcome = await logicOf(logic, operation);
    declareSecrets(...sensitiveTexts((outcome?.details as OperationDetails | undefined)?.outputs));
    return outcome;
  } catch (error) {
    // What is thrown may bring outputs, too, and is logged before it is fitted.
    declareSecrets(...sensitiveTexts(failureOf(error).details.outputs));
    throw error;
  }
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

function engineService<Parameters, State>(
  options: EngineOptions<Parameters, State>,
): TaskService<Task<Parameters, State>> {
  const { noEcho = [] } = options;
  return {
    ...operationService,
    parse(event, { region }): Parsed<Task<Parameters, State>> {
      const message = readOperationMessage(event);
      return {
        ...recogniseOperation(message, region),
        secrets: [message.token],
        declaredSecrets: valuesOf(event, noEcho),
        createTask: async (parts) => ({
          operation: await buildOperation(message, parts, options),
          declareSecrets: parts.declareSecrets,
        }),
      };
    },
  };
}

async function buildOperation<Parameters, State>(
  message: OperationMessage,
  parts: TaskParts,
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
  return createOperation(message, read, await readState(state, parts.state), parts);
}
