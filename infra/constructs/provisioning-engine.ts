import { Duration, Stack } from 'aws-cdk-lib';
import { type IGrantable, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { AnyResourcePolicy } from './any-resource-policy.ts';
import { CallbackFunction, type CallbackFunctionProps } from './callback-function.ts';
import { requireProperties } from './check-function.ts';
import { feed } from './delivery-queue.ts';
import { type EngineAccessProps, sourceAccountsOf } from './engine-access.ts';
import { type EngineNames, type EngineProductType, engineNames } from './engine-names.ts';
import { EngineQueues } from './engine-queues.ts';
import { engineRole, grantArtifacts, grantLaunchRoles } from './engine-roles.ts';
import { DEFAULT_TIMEOUT, HandlerFunction, type HandlerFunctionProps } from './handler-function.ts';

const NOTIFY_ACTIONS = [
  'servicecatalog:NotifyProvisionProductEngineWorkflowResult',
  'servicecatalog:NotifyTerminateProvisionedProductEngineWorkflowResult',
  'servicecatalog:NotifyUpdateProvisionedProductEngineWorkflowResult',
] as const;

// See https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsservicecatalog.html
const NO_RESOURCE_LEVEL = "Service Catalog's Notify actions have no resource level: naming a resource would deny them.";

/** Properties of {@link ProvisioningEngine}. */
export interface ProvisioningEngineProps extends EngineAccessProps {
  /** The file that exports the engine's handler, of `provisioningEngine`. */
  readonly entry: string;
  /** The file that exports the parser's handler, of `parameterParser`. */
  readonly parserEntry: string;
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
  /** Everything else of the engine's function. @default - a timeout of 1 minute and 1,024 MiB */
  readonly engine?: Omit<CallbackFunctionProps, 'entry' | 'role' | 'functionName'>;
  /** Everything else of the parser's function. @default - a timeout of 1 minute and 1,024 MiB */
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
  readonly engine: CallbackFunction;
  readonly parser: HandlerFunction;

  /** @throws Error when the app has another engine for these products in this account and Region */
  constructor(scope: Construct, id: string, props: ProvisioningEngineProps) {
    super(scope, id);
    requireProperties(this.node.path, props, {
      entry: "'handlers/provisioning-engine.ts'",
      parserEntry: "'handlers/parameter-parser.ts'",
    });
    this.productType = props.productType ?? 'EXTERNAL';
    requireOnlyOne(this);
    const names = engineNames(this.productType);
    this.engine = this.#createEngine(names, props);
    this.queues = new EngineQueues(this, 'Queues', {
      names,
      access: props,
      timeout: this.engine.timeout ?? DEFAULT_TIMEOUT,
      ringback: this.engine.ringback,
      encryptionKey: props.encryptionKey,
    });
    this.#connectQueues(props);
    this.parser = this.#createParser(names, props);
    const roles = [this.engine.role, this.parser.role].filter((role) => role !== undefined);
    grantLaunchRoles(this, 'LaunchRolesPolicy', roles, props);
  }

  /** Lets another principal `complete` a deferred operation; see `CallbackFunction.grantComplete`. */
  grantComplete(grantee: IGrantable): void {
    this.engine.grantComplete(grantee);
  }

  #createEngine(names: EngineNames, { entry, engine }: ProvisioningEngineProps): CallbackFunction {
    const role = engineRole(this, 'EngineRole', names.engineRole);
    const options: CallbackFunctionProps = {
      description: 'Provisions, updates and terminates products of Service Catalog',
      // Work that takes longer is deferred; a long timeout would keep a message of a dead process hidden for long.
      timeout: Duration.minutes(1),
      memorySize: 1024,
      ...engine,
      entry,
      role,
    };
    const fn = new CallbackFunction(this, 'Engine', options, { services: ['servicecatalog'] });
    new AnyResourcePolicy(fn, 'NotifyPolicy', { role, actions: NOTIFY_ACTIONS, reason: NO_RESOURCE_LEVEL });
    fn.ringback.addResultPermissions(notifyStatement(), NO_RESOURCE_LEVEL);
    fn.addCompletionPermissions(notifyStatement());
    fn.enableContinuation();
    return fn;
  }

  #connectQueues({ batchSize = 1 }: ProvisioningEngineProps): void {
    const { reservedConcurrency } = this.engine;
    for (const queue of this.queues.all) feed(this.engine, queue.node.id, queue, { batchSize, reservedConcurrency });
  }

  #createParser(names: EngineNames, props: ProvisioningEngineProps): HandlerFunction {
    const role = engineRole(this, 'ParserRole', names.parserRole);
    const fn = new HandlerFunction(this, 'Parser', {
      description: 'Tells Service Catalog which parameters a product asks for',
      timeout: Duration.minutes(1),
      memorySize: 1024,
      logRemovalPolicy: this.engine.ringback.removalPolicy,
      ...props.parser,
      entry: props.parserEntry,
      functionName: names.parser,
      role,
    });
    grantArtifacts(this, 'ParserArtifactPolicy', role);
    const principal = new ServicePrincipal('servicecatalog.amazonaws.com');
    const accounts = sourceAccountsOf(this, props);
    for (const [index, sourceAccount] of accounts.entries()) {
      fn.addPermission(`ServiceCatalog${index === 0 ? '' : index + 1}`, { principal, sourceAccount });
    }
    // Lambda's permissions know no condition on the organization of a service's caller.
    if (accounts.length === 0) fn.addPermission('ServiceCatalog', { principal });
    return fn;
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
