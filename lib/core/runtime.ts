import { type AwsConnection, createConnection } from '../aws/index.ts';
import { environmentVariables, type OnCrash, onCrashChoices } from '../constants.ts';
import type { AnswerEnvironment } from './answer-environment.ts';
import { createDynamoDbLedger } from './dynamodb-ledger.ts';
import { InvalidOptionError } from './errors.ts';
import { createLog } from './log.ts';
import { createMemoryLedger } from './memory-ledger.ts';
import type { Redactor } from './redact.ts';
import { createRedeliver, type Redeliver } from './redelivery.ts';
import { systemTime } from './retry.ts';

/** Everything that a handler depends on; tests pass their own. */
export interface Runtime extends AnswerEnvironment {
  readonly connection: AwsConnection;
  readonly redactor: Redactor;
  /** What to do with a delivery whose earlier attempt died before it decided. */
  readonly onCrash: OnCrash;
  /** Whether a delivery that this function fails on for good reaches the last resort. */
  readonly lastResort: boolean;
  /** Brings a delivery back later; absent where the function has no continuation queue. */
  readonly redeliver?: Redeliver | undefined;
  /** A new unique id. */
  readonly uuid: () => string;
}

/**
 * The runtime that this process's environment describes, made once, when it is first asked for.
 *
 * @throws InvalidOptionError when a variable has a value that cannot be
 */
export function environmentRuntime(env: NodeJS.ProcessEnv = process.env): () => Runtime {
  let runtime: Runtime | undefined;
  return () => {
    runtime ??= readRuntime(env);
    return runtime;
  };
}

function readRuntime(env: NodeJS.ProcessEnv): Runtime {
  const connection = createConnection({ env });
  const { log, redactor } = createLog();
  const tableName = env[environmentVariables.ledgerTable];
  const queueUrl = env[environmentVariables.continuationQueueUrl];
  if (!tableName) {
    log.warn(
      `${environmentVariables.ledgerTable} is not set: decisions are kept in memory and die with this process; use the CallbackFunction construct, or name a table`,
    );
  }
  return {
    connection,
    connect: (region) => (region === connection.region ? connection : createConnection({ env, region })),
    log,
    redactor,
    time: systemTime,
    ledger: tableName ? createDynamoDbLedger({ tableName, connection, time: systemTime }) : createMemoryLedger(),
    ...(queueUrl ? { redeliver: createRedeliver(queueUrl, connection, systemTime) } : {}),
    onCrash: readOnCrash(env[environmentVariables.onCrash]),
    lastResort: env[environmentVariables.lastResort] === 'true',
    uuid: () => globalThis.crypto.randomUUID(),
  };
}

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
