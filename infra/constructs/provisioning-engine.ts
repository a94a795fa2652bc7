import { Annotations, Duration, Stack } from 'aws-cdk-lib';
import { CfnRole, type IGrantable, PolicyStatement, type Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { CfnFunction, IFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { AdoptedFunction } from './adopted-function.ts';
import type { CallbackKind } from './adoption-props.ts';
import { AnyResourcePolicy } from './any-resource-policy.ts';
import { CallbackFunction } from './callback-function.ts';
import type { CallbackFunctionProps } from './callback-function-props.ts';
import { requireOwnFunction } from './check-adoption.ts';
import { requireProperties } from './check-function.ts';
import { accounts, checkProperties, choice, count, key, object, text, texts } from './check-properties.ts';
import { feed } from './delivery-queue.ts';
import { checkAccess, type EngineAccessProps, sourceAccountsOf } from './engine-access.ts';
import {
  ENGINE_ROLE_PATH,
  type EngineNames,
  type EngineProductType,
  engineNames,
  engineProductTypes,
} from './engine-names.ts';
import { EngineQueues } from './engine-queues.ts';
import { engineRole, grantArtifacts, grantLaunchRoles } from './engine-roles.ts';
import { timeoutOf } from './function-settings.ts';
import { HandlerFunction } from './handler-function.ts';
import type { HandlerFunctionProps } from './handler-function-props.ts';

const NOTIFY_ACTIONS = [
  'servicecatalog:NotifyProvisionProductEngineWorkflowResult',
  'servicecatalog:NotifyTerminateProvisionedProductEngineWorkflowResult',
  'servicecatalog:NotifyUpdateProvisionedProductEngineWorkflowResult',
] as const;

// See https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsservicecatalog.html
const NO_RESOURCE_LEVEL = "Service Catalog's Notify actions have no resource level: naming a resource would deny them.";

/** Properties of which one stands in the place of the other. */
const EITHER_OR = [
  ['entry', 'engineFunction'],
  ['parserEntry', 'parserFunction'],
  ['parser', 'parserFunction'],
] as const satisfies readonly (readonly (keyof ProvisioningEngineProps)[])[];

/** What an engine's function is handed; Service Catalog waits on. */
const OPERATIONS: CallbackKind = { services: ['servicecatalog'] };

/** Properties of {@link ProvisioningEngine}. */
export interface ProvisioningEngineProps extends EngineAccessProps {
  /** The file that exports the engine's handler, of `provisioningEngine`. @default - there is an `engineFunction` */
  readonly entry?: string;
  /**
   * A function of yours in its place. Launch roles take it in by its role: make that with
   * {@link ProvisioningEngine.createEngineRole}.
   * @default - there is an `entry`
   */
  readonly engineFunction?: IFunction;
  /** The file that exports the parser's handler, of `parameterParser`. @default - there is a `parserFunction` */
  readonly parserEntry?: string;
  /**
   * A function of yours in its place. Service Catalog finds it by its name, {@link ProvisioningEngine.parserName}, and
   * launch roles take it in by its role: make that with {@link ProvisioningEngine.createParserRole}.
   * @default - there is a `parserEntry`
   */
  readonly parserFunction?: IFunction;
  /** Which products the engine serves. @default 'EXTERNAL' */
  readonly productType?: EngineProductType;
  /**
   * Encrypts the three queues with a key of your own; Service Catalog is allowed to use it. An imported key cannot be
   * changed: give its policy the statement yourself.
   * @default - SSE-SQS, at no cost
   */
  readonly encryptionKey?: IKey;
  /**
   * How many operations one invocation takes, 1 to 10. One at a time, a process that dies takes no other operation
   * with it.
   * @default 1
   */
  readonly batchSize?: number;
  /**
   * Everything else of the engine's function; of an `engineFunction` how Ringback treats it, and nothing else.
   * @default - a timeout of 1 minute and 1,024 MiB
   */
  readonly engine?: Omit<CallbackFunctionProps, 'entry' | 'role' | 'functionName'>;
  /** Everything else of the parser's function, not of a `parserFunction`. @default - a timeout of 1 minute and 1,024 MiB */
  readonly parser?: Omit<HandlerFunctionProps, 'entry' | 'role' | 'functionName'>;
}

/**
 * A provisioning engine of Service Catalog: its three queues and its parser under the names by which it is found, in
 * the account that owns the products, once in each Region.
 *
 * @example
 * new ProvisioningEngine(this, 'Engine', { entry: 'handlers/provisioning-engine.ts', parserEntry: 'handlers/parameter-parser.ts' });
 */
export class ProvisioningEngine extends Construct {
  readonly productType: EngineProductType;
  readonly queues: EngineQueues;
  readonly engine: LambdaFunction;
  /** What makes the engine answer: its Ringback, its continuation queue, its permissions. */
  readonly callbacks: AdoptedFunction;
  readonly parser: LambdaFunction;

  /** The role for an `engineFunction`, under the name that launch roles trust; one in each account and Region. */
  static createEngineRole(scope: Construct, id: string, productType: EngineProductType = 'EXTERNAL'): Role {
    return engineRole(scope, id, engineNames(productType).engineRole);
  }

  /** The role for a `parserFunction`, under the name that launch roles trust; one in each account and Region. */
  static createParserRole(scope: Construct, id: string, productType: EngineProductType = 'EXTERNAL'): Role {
    return engineRole(scope, id, engineNames(productType).parserRole);
  }

  /** The name for a `parserFunction`. */
  static parserName(productType: EngineProductType = 'EXTERNAL'): string {
    return engineNames(productType).parser;
  }

  /** The role for builds that work for the engine, under a name that launch roles trust as well. */
  static createBuildRole(scope: Construct, id: string, productType: EngineProductType = 'EXTERNAL'): Role {
    return engineRole(scope, id, `${engineNames(productType).engineRole}Build`, 'codebuild.amazonaws.com');
  }

  /**
   * @throws Error when the app has another engine for these products in this account and Region, or a function of yours
   * cannot be adopted
   */
  constructor(scope: Construct, id: string, props: ProvisioningEngineProps) {
    super(scope, id);
    requireProperties(this.node.path, props, {
      ...(props?.engineFunction === undefined ? { entry: "'handlers/provisioning-engine.ts'" } : {}),
      ...(props?.parserFunction === undefined ? { parserEntry: "'handlers/parameter-parser.ts'" } : {}),
    });
    checkProperties(this.node.path, props, {
      productType: choice(...engineProductTypes),
      encryptionKey: key,
      // More at once need a wait for them (Lambda Developer Guide, "Batching behavior").
      batchSize: count(1, 10),
      engine: object,
      parser: object,
      sourceAccounts: accounts,
      organizationId: text,
      launchRoleNames: texts,
    });
    checkAccess(this.node.path, props);
    for (const [one, other] of EITHER_OR) {
      if (props[one] === undefined || props[other] === undefined) continue;
      throw new Error(`${this.node.path} has ${one} and ${other}: give it one of them`);
    }
    this.productType = props.productType ?? 'EXTERNAL';
    requireOnlyOne(this);
    const names = engineNames(this.productType);
    this.callbacks = this.#createEngine(names, props);
    this.engine = this.callbacks.function;
    this.#allowAnswers();
    this.callbacks.enableContinuation();
    this.queues = new EngineQueues(this, 'Queues', {
      names,
      access: props,
      timeout: timeoutOf(this.engine),
      ringback: this.callbacks.ringback,
      encryptionKey: props.encryptionKey,
    });
    for (const queue of this.queues.all) feed(this.engine, queue.node.id, queue, props.batchSize);
    this.parser = this.#createParser(names, props);
    const roles = [this.engine.role, this.parser.role].filter((role) => role !== undefined);
    grantLaunchRoles(this, 'LaunchRolesPolicy', roles, props);
  }

  /** Lets another principal `complete` a deferred operation; see `CallbackFunction.grantComplete`. */
  grantComplete(grantee: IGrantable): void {
    this.callbacks.grantComplete(grantee);
  }

  #createEngine(names: EngineNames, { entry, engineFunction, engine }: ProvisioningEngineProps): AdoptedFunction {
    if (engineFunction !== undefined) {
      const adopted = new AdoptedFunction(engineFunction, engine, OPERATIONS);
      warnOfUntrustedRole(adopted.function, 'createEngineRole');
      return adopted;
    }
    const options: CallbackFunctionProps = {
      description: 'Provisions, updates and terminates products of Service Catalog',
      // Work that takes longer is deferred; a long timeout would keep a message of a dead process hidden for long.
      timeout: Duration.minutes(1),
      memorySize: 1024,
      ...engine,
      entry: entry ?? '',
      role: engineRole(this, 'EngineRole', names.engineRole),
    };
    return new CallbackFunction(this, 'Engine', options, OPERATIONS).callbacks;
  }

  #allowAnswers(): void {
    const { role } = this.engine;
    if (role !== undefined) {
      new AnyResourcePolicy(this.engine, 'NotifyPolicy', { role, actions: NOTIFY_ACTIONS, reason: NO_RESOURCE_LEVEL });
    }
    this.callbacks.ringback.addResultPermissions(notifyStatement(), NO_RESOURCE_LEVEL);
    this.callbacks.addCompletionPermissions(notifyStatement());
  }

  #createParser(names: EngineNames, props: ProvisioningEngineProps): LambdaFunction {
    const { parserFunction: own } = props;
    if (own !== undefined) requireParser(own, names.parser);
    const fn = own ?? this.#ownParser(names, props);
    if (fn.role !== undefined) grantArtifacts(this, 'ParserArtifactPolicy', fn.role);
    const principal = new ServicePrincipal('servicecatalog.amazonaws.com');
    const accounts = sourceAccountsOf(this, props);
    for (const [index, sourceAccount] of accounts.entries()) {
      fn.addPermission(`ServiceCatalog${index === 0 ? '' : index + 1}`, { principal, sourceAccount });
    }
    // Lambda's permissions know no condition on the organization of a service's caller.
    if (accounts.length === 0) fn.addPermission('ServiceCatalog', { principal });
    return fn;
  }

  #ownParser(names: EngineNames, { parserEntry, parser }: ProvisioningEngineProps): HandlerFunction {
    return new HandlerFunction(this, 'Parser', {
      description: 'Tells Service Catalog which parameters a product asks for',
      timeout: Duration.minutes(1),
      memorySize: 1024,
      logRemovalPolicy: this.callbacks.ringback.removalPolicy,
      ...parser,
      entry: parserEntry ?? '',
      functionName: names.parser,
      role: engineRole(this, 'ParserRole', names.parserRole),
    });
  }
}

function notifyStatement(): PolicyStatement {
  return new PolicyStatement({ actions: [...NOTIFY_ACTIONS], resources: ['*'] });
}

/** Service Catalog finds an engine by the names of its parts, so two of them would fight over the same names. */
function requireOnlyOne(engine: ProvisioningEngine): void {
  const { environment } = Stack.of(engine);
  const other = engine.node.root.node
    .findAll()
    .find(
      (found) =>
        found instanceof ProvisioningEngine &&
        found !== engine &&
        found.productType === engine.productType &&
        Stack.of(found).environment === environment,
    );
  if (other === undefined) return;
  throw new Error(
    `there can be one provisioning engine for ${engine.productType} products in an account and Region, but ${engine.node.path} and ${other.node.path} are both for ${environment}: remove one, or give their stacks different environments`,
  );
}

/** @throws Error when Service Catalog would not find the function, or it cannot be changed from here */
function requireParser(fn: IFunction, name: string): asserts fn is LambdaFunction {
  requireOwnFunction(fn);
  // The CDK has a token for a name that nobody gave; what is one still, only a deployment knows.
  const given: unknown = Stack.of(fn).resolve((fn.node.defaultChild as CfnFunction).functionName);
  if (given === undefined || (typeof given === 'string' && given !== name)) {
    throw new Error(
      `${fn.node.path} is named ${given ?? 'by CloudFormation'}, but Service Catalog finds a parser by the name ${name}: give it functionName: ProvisioningEngine.parserName(…)`,
    );
  }
  warnOfUntrustedRole(fn, 'createParserRole');
}

/** Launch roles take engines and parsers in by the path and name of their role. */
function warnOfUntrustedRole(fn: IFunction, make: 'createEngineRole' | 'createParserRole'): void {
  const role = fn.role?.node.defaultChild;
  if (!(role instanceof CfnRole) || role.path === ENGINE_ROLE_PATH) return;
  Annotations.of(fn).addWarningV2(
    'ringback:engine-role',
    `${fn.node.path} has a role of another name than launch roles trust: make it with ProvisioningEngine.${make}`,
  );
}
