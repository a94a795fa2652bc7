import type { Clock } from './clock.ts';
import type { EventStream } from './events.ts';

/** Who makes a call, as IAM sees it. */
export interface Principal {
  /** The ARN that refusals name: a role session, a service, or the account's root. */
  readonly arn: string;
  readonly kind: 'root' | 'role' | 'service';
  /** The ARN of the role behind a session. */
  readonly roleArn?: string;
  /** The service's name of a service principal, such as `codepipeline.amazonaws.com`. */
  readonly service?: string;
  /** The function whose environment holds the credentials, where they belong to one. */
  readonly functionName?: string;
  /** The execution environment whose process holds the credentials, where they belong to one. */
  readonly environmentId?: string;
  readonly accountId: string;
}

/** Temporary credentials that the local cloud has handed out. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Simulated milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Options of {@link Identity.issue}. */
export interface IssueOptions {
  readonly sessionName: string;
  readonly functionName?: string;
  readonly environmentId?: string;
  /** @defaultValue 3600 */
  readonly durationSeconds?: number;
  /** Policy documents that narrow the role's own, as STS session policies do. */
  readonly sessionPolicies?: readonly PolicyDocument[];
  readonly sessionTags?: Readonly<Record<string, string>>;
  /** The keys of session tags that a session of another role takes over. */
  readonly transitiveTagKeys?: readonly string[];
  readonly sourceIdentity?: string;
}

/** An IAM policy document as templates and APIs write it. */
export interface PolicyDocument {
  readonly Version?: string;
  readonly Statement: unknown;
}

/** Context keys for policy conditions, such as `aws:SourceAccount`. Values are compared as text. */
export type ConditionContext = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Who is who, and who may do what. */
export interface Identity {
  /** Credentials for a session of a role. @throws AwsError NoSuchEntity when the role does not exist. */
  issue(roleArn: string, options: IssueOptions): Credentials;
  /**
   * The principal of an access key. Keys that the local cloud did not hand out are the developer's own and act as
   * the account's root. @throws AwsError ExpiredTokenException for handed-out credentials past their end.
   */
  principalOf(accessKeyId: string | undefined): Principal;
  /** The principal of an AWS service, such as `codepipeline.amazonaws.com`. */
  service(name: string): Principal;
  /** The principal of a role itself, for what a service does under a role that it has assumed. */
  role(roleArn: string): Principal;
  /**
   * Allows or refuses one action. `resourcePolicies` are those attached to the resource itself.
   *
   * @throws AwsError AccessDenied (wording as in AWS, naming principal, action and resource); also emits `refusal`.
   */
  authorize(
    principal: Principal,
    action: string,
    resource: string,
    context?: ConditionContext,
    resourcePolicies?: readonly PolicyDocument[],
  ): void;
}

/** What every part of one local cloud shares. */
export interface Kernel {
  readonly clock: Clock;
  readonly events: EventStream;
  readonly identity: Identity;
  readonly accountId: string;
  readonly region: string;
  readonly partition: string;
  /** A folder for objects, function code and logs; removed when the cloud stops. */
  readonly dataDir: string;
  /** A new UUID. Tests may pass a seeded source. */
  uuid(): string;
  /** A number in [0, 1). Tests may pass a seeded source. */
  random(): number;
  /** The base address of the local cloud, such as `http://127.0.0.1:4566`. @throws Error before the server listens. */
  endpoint(): string;
}
