import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { type Ask, createAsk } from './ask-service.ts';
import { checkCloudOptions, type LocalCloudOptions } from './cloud-options.ts';
import { createCloudControl } from './cloudcontrol/cloudcontrol.ts';
import { describeType } from './cloudcontrol/describe-type.ts';
import { createTypeCatalog } from './cloudcontrol/type-catalog.ts';
import { createCloudFormation } from './cloudformation/cloudformation.ts';
import { createCloudWatch } from './cloudwatch/cloudwatch.ts';
import { type CodeBuildService, createCodeBuild } from './codebuild/codebuild.ts';
import { valueStores } from './codebuild/value-stores.ts';
import { type CodePipelineService, createCodePipeline } from './codepipeline/codepipeline.ts';
import { createDynamoDb } from './dynamodb/create-dynamodb.ts';
import { createEventBridge } from './eventbridge/eventbridge.ts';
import { createFaultInjection, type FaultInjection } from './faults/fault-injection.ts';
import { createIdentity } from './identity/identity.ts';
import { createKms } from './identity/kms.ts';
import { type Clock, createClock } from './kernel/clock.ts';
import { createDataFolder } from './kernel/data-folder.ts';
import { createEventStream, type EventStream } from './kernel/events.ts';
import type { Kernel } from './kernel/kernel.ts';
import type { ObjectPort, QueuePort } from './kernel/ports.ts';
import type { LocalService } from './kernel/service.ts';
import { createLambda, type Lambda } from './lambda/lambda.ts';
import { createLogs } from './logs/logs.ts';
import { createS3 } from './s3/create-s3.ts';
import { createSecretsManager } from './secretsmanager/secretsmanager.ts';
import { createServiceCatalog, type ServiceCatalogService } from './servicecatalog/servicecatalog.ts';
import { type SimulatedService, simulatedService } from './simulated-service.ts';
import { createSqs } from './sqs/create-sqs.ts';
import { createSsm } from './ssm/ssm.ts';
import { AssemblyError } from './template/assembly-error.ts';
import { deployAssembly } from './template/deploy-assembly.ts';
import type { Deployment } from './template/deployment.ts';
import { loadAssembly } from './template/load-assembly.ts';
import { loadTemplate } from './template/load-template.ts';
import { createTransfer, type TransferService } from './transfer/transfer.ts';
import type { RequestTaker } from './wire/request-listener.ts';
import { createWire } from './wire/wire.ts';

/** What is deployed where; see {@link LocalCloud.deploy}. */
export interface DeployRequest {
  /** The folder of a synthesized CDK app, usually `cdk.out`. @defaultValue there is a template */
  readonly assembly?: string;
  /** A CloudFormation or SAM template in its place, in YAML or JSON. @defaultValue there is an assembly */
  readonly template?: string;
  /**
   * What the stack of the template is called.
   *
   * @defaultValue the name of the folder in which the template lies, with a hyphen for what a stack's name cannot hold
   */
  readonly stackName?: string;
  /** @defaultValue all stacks */
  readonly stacks?: readonly string[];
  /** Values of template parameters, by stack: its name, artifact id or construct path. */
  readonly parameters?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** A running local cloud. */
export interface LocalCloud {
  /** The base address for every client: `AWS_ENDPOINT_URL`. */
  readonly endpoint: string;
  readonly port: number;
  readonly clock: Clock;
  /** Everything that happens, as it happens. */
  readonly events: EventStream;
  readonly accountId: string;
  readonly region: string;
  readonly identity: Kernel['identity'];
  /** Adds faults while the cloud runs. */
  readonly faults: Pick<FaultInjection, 'add'>;
  readonly codebuild: CodeBuildService;
  readonly codepipeline: CodePipelineService;
  readonly transfer: TransferService;
  readonly servicecatalog: ServiceCatalogService;
  readonly lambda: Lambda;
  readonly objects: ObjectPort;
  readonly queues: QueuePort;
  /** Carries out an operation of a JSON service as the account's root, without the wire, faults, or a `call`. */
  readonly ask: Ask;
  /**
   * Lets somebody else answer requests that are none of AWS's: those below `/_ringback/`, and that of a browser for `/`.
   * Requests of other pages never get there.
   */
  answerPages(taker: RequestTaker): void;
  /** What is simulated, by service. */
  readonly simulated: readonly SimulatedService[];
  /** Creates the resources of a synthesized CDK app, or of a template. @throws AssemblyError */
  deploy(request: DeployRequest): Promise<Deployment>;
  /** Ends every process, timer and connection, and removes the data. */
  stop(): Promise<void>;
}

/**
 * Starts the local cloud: the services that Ringback's functions meet, on loopback, in memory.
 *
 * @throws Error when the port cannot be had, TypeError or RangeError when an option is unknown or cannot be
 * @throws FaultSpecError when a fault cannot be read, StubSpecError when a stub cannot
 */
export async function createLocalCloud(options: LocalCloudOptions = {}): Promise<LocalCloud> {
  checkCloudOptions(options);
  const { accountId = '123456789012', region = 'us-east-1' } = options;
  const clock = createClock({ speed: options.speed ?? 1 });
  const events = createEventStream();
  const dataDir = await createDataFolder(tmpdir());
  let endpoint: string | undefined;
  const shared = {
    clock,
    events,
    accountId,
    region,
    partition: 'aws',
    dataDir,
    uuid: randomUUID,
    random: Math.random,
    endpoint() {
      if (endpoint === undefined) throw new Error('the local cloud does not listen yet');
      return endpoint;
    },
  };
  const identity = createIdentity(shared);
  const kernel: Kernel = { ...shared, identity };
  const kms = createKms(kernel);
  const sqs = createSqs(kernel);
  const dynamodb = createDynamoDb(kernel);
  const faults = createFaultInjection(
    {
      now: () => clock.now(),
      events,
      services: () => services.filter(({ json, http }) => json ?? http).map(({ name }) => name),
      functions: () => lambda.functions(),
      kill: (environmentId, signal) => lambda.kill(environmentId, signal),
      exhaustMemory: (environmentId) => lambda.exhaustMemory(environmentId),
    },
    options.faultSeed ?? 1,
  );
  const lambda: Lambda = createLambda(kernel, {
    queues: sqs,
    objects: { get: (...object) => s3.get(...object) },
    faults: faults.lambda,
    ...(options.maxEnvironments ? { maxEnvironments: options.maxEnvironments } : {}),
    onInvocation: (info) => options.onInvocation?.(info) ?? faults.lambda.onInvocation(info),
  });
  const eventbridge = createEventBridge(kernel, {
    functions: lambda,
    queues: sqs,
    targets: {
      codepipeline: ({ targetArn, principal, context }) =>
        codepipeline.startByRule(targetArn, { principal, ruleArn: context['aws:SourceArn'] ?? '' }),
    },
  });
  const s3 = createS3(kernel, {
    keys: { authorizeUse: (principal, key, action, context) => kms.authorize(principal, action, key, context) },
    bus: eventbridge,
  });
  const secretsmanager = createSecretsManager(kernel, {
    authorizeKey: (principal, key, action, context) => kms.authorize(principal, action, key, context),
  });
  const ssm = createSsm(kernel, {
    authorizeKey: (principal, key, action, context) => kms.authorize(principal, action, key, context),
  });
  const codebuild = createCodeBuild(kernel, {
    bus: eventbridge,
    objects: s3,
    stores: valueStores(kernel, { ssm, secretsmanager }),
  });
  const codepipeline = createCodePipeline(kernel, {
    functions: lambda,
    objects: s3,
    bus: eventbridge,
    ...(options.stubs === undefined ? {} : { stubs: options.stubs }),
  });
  const transfer = createTransfer(kernel, { functions: lambda, objects: s3 });
  const servicecatalog = createServiceCatalog(kernel, { functions: lambda, s3, queues: sqs });
  const cloudformation = createCloudFormation(kernel, {
    functions: lambda,
    describeType: (typeName) => describeType(types, typeName),
  });
  const types = createTypeCatalog([cloudformation.hookType]);
  const cloudcontrol = createCloudControl(kernel, {
    types,
    hooks: cloudformation.hooks,
    forward: (principal) => identity.forward(principal),
    faults: faults.handlers,
  });
  const services: readonly LocalService[] = [
    identity,
    identity.iam,
    kms,
    s3,
    sqs,
    dynamodb,
    lambda,
    eventbridge,
    secretsmanager,
    createLogs(kernel),
    createCloudWatch(kernel),
    ssm,
    codebuild,
    codepipeline,
    transfer,
    servicecatalog,
    cloudformation,
    cloudcontrol,
  ];

  async function stop(): Promise<void> {
    for (const service of [...services].reverse()) await service.stop?.();
    clock.stop();
    await wire?.close();
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
  }

  let pages: RequestTaker | undefined;
  let wire: Awaited<ReturnType<typeof createWire>> | undefined;
  try {
    for (const fault of options.faults ?? []) faults.add(fault);
    wire = await createWire({
      kernel,
      services,
      port: options.port ?? 0,
      pages: (request, response, url) => pages?.(request, response, url) ?? false,
      interceptors: [...(options.interceptors ?? []), faults.interceptor],
    });
    endpoint = wire.endpoint;
  } catch (error) {
    await stop();
    throw error;
  }

  return {
    endpoint: wire.endpoint,
    port: wire.port,
    clock,
    events,
    accountId,
    region,
    identity,
    faults,
    codebuild,
    codepipeline,
    transfer,
    servicecatalog,
    lambda,
    objects: s3,
    queues: sqs,
    ask: createAsk(kernel, services),
    answerPages(taker) {
      pages = taker;
    },
    simulated: services.map(simulatedService),
    async deploy({ stacks, parameters, ...source }) {
      const deployment = await deployAssembly(load(source), {
        kernel,
        services,
        ...(options.strict === true ? { strict: true } : {}),
        ...(stacks ? { stacks } : {}),
        ...(parameters ? { parameters } : {}),
      });
      for (const service of services) await service.start?.();
      return deployment;
    },
    stop,
  };
}

function load({ assembly, template, stackName }: Pick<DeployRequest, 'assembly' | 'template' | 'stackName'>) {
  if (assembly !== undefined && template === undefined) return loadAssembly(assembly);
  if (template === undefined || assembly !== undefined) {
    throw new AssemblyError('AssemblyNotFound', 'deploy takes either the folder of an assembly or a template');
  }
  return loadTemplate(template, stackName);
}
