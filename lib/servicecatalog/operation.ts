import type { AwsCredentials } from '../aws/index.ts';
import type { Callback } from '../core/callback.ts';
import { ConfigurationError } from '../core/errors.ts';
import type { Log } from '../core/secrets/log.ts';
import type { TaskParts } from '../core/service.ts';
import { createArtifact, type ProvisioningArtifact } from './artifact/provisioning-artifact.ts';
import { launchRoleCredentials, sessionName } from './launch-role.ts';
import type { OperationIdentity, OperationMessage } from './operation-message.ts';
import type { OperationType } from './operation-type.ts';
import { type TracerTag, tracerTagOf } from './tracer-tag.ts';

/** What every operation on a provisioned product has; to terminate one, this is all there is. */
export interface TerminateOperation<State = unknown> {
  /** The id of the record, such as `rec-rf5pmkrnabmx4`. */
  readonly id: string;
  readonly type: OperationType;
  readonly provisionedProduct: { readonly id: string; readonly name: string };
  /** Who asked for it; `awsAccountId` is the account that the resources belong to. */
  readonly identity: OperationIdentity;
  /** The tag that every resource must bear; the Administrator Guide has Service Catalog group resources by it. */
  readonly tracerTag: TracerTag;
  readonly launchRoleArn: string | undefined;
  /**
   * Credentials of the launch role, good for up to an hour. Call it again for each use: it gives the same ones until
   * shortly before their end. To work for longer or elsewhere, hand `launchRoleArn` on.
   *
   * @throws PermissionError naming the role, and the statement that its trust policy lacks
   */
  launchRoleCredentials(): Promise<AwsCredentials>;
  /** What the last run left with `continueAfter`; undefined on the first. */
  readonly state: State | undefined;
  /** 1 on the first run, one more with each continuation. */
  readonly run: number;
  /** Aborts shortly before the function's timeout: hand it to everything that waits. */
  readonly signal: AbortSignal;
  /** Milliseconds until {@link TerminateOperation.signal} aborts. */
  remainingMs(): number;
  /** Structured log lines from which this operation's secrets are withheld. */
  readonly log: Log;
  /** Where the answer goes: for `complete`, together with `defer`. A secret; it is left out when an operation is printed. */
  readonly callback: Callback;
}

/** An operation that provisions a product or updates a provisioned one. */
export interface ProvisioningOperation<Parameters = Readonly<Record<string, string>>, State = unknown>
  extends TerminateOperation<State> {
  /**
   * The parameters of the request, all of them text unless a schema makes more of them. One that came without a value is
   * not there: an update keeps what it was.
   */
  readonly parameters: Parameters;
  /** The tags that every resource should bear, beside the tracer tag. Service Catalog itself tags nothing on updates. */
  readonly tags: Readonly<Record<string, string>>;
  readonly productId: string | undefined;
  readonly provisioningArtifactId: string | undefined;
  /** The file of the product's version, read as the launch role. */
  readonly artifact: ProvisioningArtifact;
}

/** Makes the operation that user logic receives. @throws ConfigurationError when the message is damaged */
export function createOperation<Parameters, State>(
  message: OperationMessage,
  parameters: Parameters,
  state: State | undefined,
  parts: TaskParts,
): ProvisioningOperation<Parameters, State> {
  const { connection, time, signal, declareSecrets, callback } = parts;
  const { launchRoleArn, provisionedProductId, recordId } = message;
  const credentials =
    launchRoleArn === undefined
      ? connection.credentials
      : launchRoleCredentials({
          roleArn: launchRoleArn,
          sessionName: sessionName(provisionedProductId, recordId),
          connection,
          time,
          onCredentials: ({ secretAccessKey, sessionToken }) => declareSecrets(secretAccessKey, sessionToken),
        });
  const operation: Omit<ProvisioningOperation<Parameters, State>, 'callback' | 'artifact'> = {
    id: recordId,
    type: message.operation,
    provisionedProduct: { id: provisionedProductId, name: message.provisionedProductName },
    productId: message.productId,
    provisioningArtifactId: message.provisioningArtifactId,
    identity: message.identity,
    tracerTag: tracerTagOf(provisionedProductId),
    tags: message.tags,
    parameters,
    launchRoleArn,
    async launchRoleCredentials() {
      if (launchRoleArn !== undefined) return credentials();
      throw new ConfigurationError('the operation has no launch role; give the product a launch constraint with one');
    },
    state,
    run: parts.run,
    signal,
    remainingMs: parts.remainingMs,
    log: parts.log,
  };
  const reader = launchRoleArn === undefined ? "the engine's role" : `the launch role ${launchRoleArn}`;
  const { artifact } = message;
  return Object.defineProperties(operation, {
    // Parameters may be secrets and the callback is one: neither goes along when an operation is printed.
    callback: { value: callback, enumerable: false },
    parameters: { value: parameters, enumerable: false },
    artifact: {
      enumerable: false,
      get() {
        if (artifact !== undefined) return createArtifact(artifact, { connection, credentials, reader, signal });
        throw new ConfigurationError('an operation to terminate has no artifact: destroy from what was kept');
      },
    },
  }) as ProvisioningOperation<Parameters, State>;
}
