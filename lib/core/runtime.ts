import {
  type AwsConnection,
  type CredentialProvider,
  createConnection,
  defaultCredentials,
  systemTime,
  type TimeSource,
} from '../aws/index.ts';
import { environmentVariables, type OnCrash, onCrashChoices } from '../constants.ts';
import { InvalidOptionError } from './errors.ts';
import { type HeldEnvironment, holdEnvironment } from './held-environment.ts';
import { createDynamoDbLedger } from './ledger/dynamodb-ledger.ts';
import type { Ledger } from './ledger/ledger.ts';
import { sharedMemoryLedger } from './ledger/memory-ledger.ts';
import { lineWriter } from './secrets/line-writer.ts';
import { createLog, type Log } from './secrets/log.ts';
import type { Redactor } from './secrets/redactor.ts';
import { withholdGiven } from './secrets/withhold-credentials.ts';
import { listenForStrayErrors, type StrayErrorListener } from './stray-errors.ts';

/** Everything that answering depends on; tests pass their own. */
export interface Runtime {
  readonly connection: AwsConnection;
  /** The connection to a region. */
  readonly connect: (region: string) => AwsConnection;
  readonly ledger: Ledger;
  /** What the ledger is, for messages: the table's name, or that it is this process's memory. */
  readonly ledgerName: string;
  readonly log: Log;
  readonly redactor: Redactor;
  readonly time: TimeSource;
  /** What to do with a delivery whose earlier attempt died before it decided. */
  readonly onCrash: OnCrash;
  /** Whether a delivery that this function fails on for good reaches the last resort. */
  readonly lastResort: boolean;
  /** The queue that brings a delivery back later; absent where the function has none. */
  readonly continuationQueueUrl?: string | undefined;
  /** The CloudWatch namespace for metrics of every answer; none are written where it is absent. */
  readonly metricsNamespace?: string | undefined;
  /** The event bus that learns how work ends, by name or ARN; absent where nobody asked for it. */
  readonly outcomeEventBus?: string | undefined;
  /** A new unique id. */
  readonly uuid: () => string;
  /** Writes one line to the process's output as it is: metrics. Never throws. */
  readonly print: (line: string) => void;
  /** Hears, while user logic runs, of errors that nobody catches. Call the result to stop. */
  readonly listenForStrayErrors: (listener: StrayErrorListener) => () => void;
  /** Hears of each call to a service that failed and is made again. */
  readonly onRetry?: ((error: unknown) => void) | undefined;
}

/**
 * The runtime that this process's environment describes, made once, when it is first asked for. Endpoints and credentials
 * are those that the environment has when somebody asks for the runtime, and in Lambda those that it had the first time.
 *
 * @throws InvalidOptionError when a variable has a value that cannot be
 */
export function environmentRuntime(env: NodeJS.ProcessEnv = process.env): () => Runtime {
  const held = holdEnvironment(env);
  let runtime: Runtime | undefined;
  return () => {
    held.renew();
    runtime ??= readRuntime(held);
    return runtime;
  };
}

function readRuntime({ env, renew }: HeldEnvironment): Runtime {
  const { log, redactor } = createLog();
  const own = defaultCredentials(env);
  const given: CredentialProvider = (refused) => {
    // A process that lives on may have renewed its credentials there.
    if (refused !== undefined) renew();
    return own(refused);
  };
  const connection = withholdGiven(createConnection({ env, credentials: given }), redactor);
  const { credentials } = connection;
  const tableName = env[environmentVariables.ledgerTable];
  return {
    connection,
    connect: (region) => (region === connection.region ? connection : createConnection({ env, region, credentials })),
    log,
    redactor,
    time: systemTime,
    ledger: tableName ? createDynamoDbLedger({ tableName, connection, time: systemTime }) : sharedMemoryLedger(),
    ledgerName: tableName ? `the table ${tableName}` : IN_MEMORY,
    continuationQueueUrl: env[environmentVariables.continuationQueueUrl] || undefined,
    outcomeEventBus: env[environmentVariables.outcomeEventBus] || undefined,
    onCrash: readOnCrash(env[environmentVariables.onCrash]),
    lastResort: env[environmentVariables.lastResort] === 'true',
    metricsNamespace: env[environmentVariables.metricsNamespace] || undefined,
    uuid: () => globalThis.crypto.randomUUID(),
    print: lineWriter(),
    listenForStrayErrors,
  };
}

/** The name of a ledger that has no table. */
const IN_MEMORY = `this process's memory, since ${environmentVariables.ledgerTable} is not set`;

function readOnCrash(value: string | undefined): OnCrash {
  if (value === undefined || value === '') return 'fail';
  const choice = onCrashChoices.find((known) => known === value);
  if (choice === undefined) {
    throw new InvalidOptionError(
      `${environmentVariables.onCrash} must be ${onCrashChoices.join(' or ')}, but is "${value}"`,
    );
  }
  return choice;
}
