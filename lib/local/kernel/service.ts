import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AwsError } from './aws-error.ts';
import type { ConditionContext, PolicyDocument, Principal } from './kernel.ts';

/** One request as an operation sees it. */
export interface RequestContext {
  readonly requestId: string;
  readonly principal: Principal;
  /** Aborts when the caller is gone before it has its response; absent where nobody can tell. */
  readonly abandoned?: AbortSignal;
  /** Refuses the call unless the caller's policies allow it. @throws AwsError */
  authorize(
    action: string,
    resource: string,
    context?: ConditionContext,
    resourcePolicies?: readonly PolicyDocument[],
  ): void;
}

/** One operation of a JSON protocol service; the input has passed the model already. */
// biome-ignore lint/suspicious/noExplicitAny: the model, not the compiler, holds the shape of each input
export type Operation = (input: any, request: RequestContext) => object | Promise<object>;

/** A service of the JSON 1.0 or 1.1 protocol, found by `X-Amz-Target`. */
export interface JsonApi {
  /** The part of `X-Amz-Target` before the dot. */
  readonly targetPrefix: string;
  readonly jsonVersion: '1.0' | '1.1';
  /** The API's shapes; every request is checked against them. */
  readonly model?: ApiModel;
  readonly operations: Readonly<Record<string, Operation>>;
  /** The code of the error for a request that breaks the model. @defaultValue 'ValidationException' */
  readonly validationErrorCode?: string;
  /** The two names of an error, for a service that also tells the code of its older query protocol. */
  readonly queryCompatible?: (code: string) => QueryCompatibleError;
  /** The error for a body that is too long. @defaultValue RequestEntityTooLargeException, 413 */
  readonly tooLarge?: (maxBytes: number) => AwsError;
}

/** An error of a service that moved from the query protocol to JSON. */
export interface QueryCompatibleError {
  /** The `__type` of the JSON protocol. */
  readonly type: string;
  /** The code of the query protocol, for the header `x-amzn-query-error`. */
  readonly queryCode: string;
}

/** The longest body that an operation takes. */
export interface BodyLimit {
  readonly maxBytes: number;
  /** The service's own error for a longer one. */
  readonly tooLarge: (maxBytes: number) => AwsError;
}

/** A service with a protocol of its own (S3, the Lambda API, STS's query protocol). */
export interface HttpApi {
  /** The names in a request's credential scope that lead here, such as `s3`. */
  readonly signingNames: readonly string[];
  /** The names of its operations, for those who ask what is simulated. */
  readonly operations?: readonly string[];
  handle(
    request: IncomingMessage,
    response: ServerResponse,
    context: RequestContext & {
      body(limit?: BodyLimit): Promise<Buffer>;
      url: URL;
      /** Announces the operation's name: interceptors and watchers see the call under it. Await it before acting. */
      operation?(name: string, input?: unknown): Promise<void>;
    },
  ): Promise<void>;
}

/** A trimmed botocore model. */
export interface ApiModel {
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly operations: Readonly<Record<string, ModelOperation>>;
  readonly shapes: Readonly<Record<string, ModelShape>>;
}

/** One operation of an {@link ApiModel}. */
export interface ModelOperation {
  readonly name: string;
  readonly input?: { readonly shape: string };
  readonly output?: { readonly shape: string };
  readonly errors?: readonly { readonly shape: string }[];
}

/** One shape of an {@link ApiModel}. */
export interface ModelShape {
  readonly type: string;
  readonly members?: Readonly<Record<string, { readonly shape: string }>>;
  readonly member?: { readonly shape: string };
  readonly key?: { readonly shape: string };
  readonly value?: { readonly shape: string };
  readonly required?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  /** Its values are never repeated in messages. */
  readonly sensitive?: boolean;
}

/** A resource of a template, its properties resolved. */
export interface ResourceDeclaration {
  readonly type: string;
  readonly logicalId: string;
  readonly stackName: string;
  /** The `aws:cdk:path` of the resource, where the template has it. */
  readonly path?: string;
  // biome-ignore lint/suspicious/noExplicitAny: the property shapes are CloudFormation's, one for each type
  readonly properties: Readonly<Record<string, any>>;
  /** The folder of the cloud assembly, for assets given as paths. */
  readonly assemblyDir: string;
  /** The ARN of the stack, where the resource is part of one that is being deployed. */
  readonly stackId?: string;
}

/** A stack that is about to be deployed. */
export interface StackDeclaration {
  readonly stackName: string;
  readonly stackId: string;
  readonly template: object;
}

/** What a template sees of a resource: `Ref` and `Fn::GetAtt`. */
export interface CreatedResource {
  readonly ref: string;
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** Creates resources of one CloudFormation type. */
export type ResourceProvider = (declaration: ResourceDeclaration) => CreatedResource | Promise<CreatedResource>;

/** One simulated service: what it answers on the wire, and the resources that templates may declare of it. */
export interface LocalService {
  /** The service's endpoint prefix, such as `codepipeline`. */
  readonly name: string;
  readonly json?: JsonApi;
  readonly http?: HttpApi;
  /** By CloudFormation type, such as `AWS::SQS::Queue`. */
  readonly resources?: Readonly<Record<string, ResourceProvider>>;
  /** Asked before each resource of a template is made. @throws AwsError to refuse it */
  beforeResource?(declaration: ResourceDeclaration): Promise<void>;
  /** Asked before the first resource of a stack is made. @throws AwsError to refuse it */
  beforeStack?(stack: StackDeclaration): Promise<void>;
  /** What a template's `{{resolve:SERVICE:REFERENCE}}` stands for, by service. Each may throw AwsError. */
  readonly dynamicReferences?: Readonly<Record<string, (reference: string) => string>>;
  /** Starts pollers and schedules, after all resources exist. */
  start?(): void | Promise<void>;
  /** Ends everything that would outlive the cloud. */
  stop?(): void | Promise<void>;
}
