import {
  type AwsConnection,
  type AwsCredentials,
  createConnection,
  systemTime,
  type TimeSource,
} from '../aws/index.ts';
import { type InvocationContext, startDeadline } from '../core/deadline.ts';
import { ConfigurationError } from '../core/errors.ts';
import { checkHandler } from '../core/handler.ts';
import { runUntilEnd } from '../core/run-logic.ts';
import { createLog, type Log, type RedactedLog } from '../core/secrets/log.ts';
import { listenForStrayErrors } from '../core/stray-errors.ts';
import { readArtifactLocation } from './artifact/artifact-location.ts';
import { createArtifact, type ProvisioningArtifact } from './artifact/provisioning-artifact.ts';
import { launchRoleCredentials, sessionName } from './launch-role.ts';
import { parserErrorOf } from './parser-error.ts';
import { type ParserResponse, type ProductParameter, toParserResponse } from './parser-response.ts';

/** What Service Catalog asks a parser: the parameters of this artifact. */
export interface ParserRequest {
  /** Read as the launch role, or as the function's own where the request names none. */
  readonly artifact: ProvisioningArtifact;
  readonly launchRoleArn: string | undefined;
  /** @throws PermissionError naming the role, and the statement that its trust policy lacks */
  launchRoleCredentials(): Promise<AwsCredentials>;
  /** Aborts shortly before the function's timeout. */
  readonly signal: AbortSignal;
  readonly log: Log;
}

/** User logic of a parser. */
export type ParserLogic = (
  request: ParserRequest,
) => readonly ProductParameter[] | Promise<readonly ProductParameter[]>;

/** The handler that {@link parameterParser} makes. */
export type ParserHandler = (event: unknown, context: InvocationContext) => Promise<ParserResponse>;

/** What a parser depends on; tests pass their own. */
export interface ParserRuntime extends RedactedLog {
  readonly connection: AwsConnection;
  readonly time: TimeSource;
}

/** Kept for the answer, in milliseconds. */
const MARGIN_MS = 500;
/** A parser is waited for, so it cannot go on later. */
const LESS_WORK = 'more memory (its CPU grows with it), or make the artifact of the product smaller';
const IAM_ROLE = /^arn:[^:]+:iam::\d{12}:role\/.+$/;

/**
 * Makes a function the parameter parser of an engine: it reads an artifact and says which parameters a user is to be
 * asked for. The response always has all five members of each, in the order in which the logic gives them.
 *
 * Whatever goes wrong is thrown as ParserInvalidParameterException or ParserAccessDeniedException, with a message for
 * the user of the console, since that is who reads it.
 *
 * @param options - it has none: one that is given is told
 * @throws InvalidOptionError when the logic is not a function, or an option is given
 */
export function parameterParser(logic: ParserLogic, options?: Readonly<Record<string, never>>): ParserHandler {
  checkHandler('parameterParser', logic, options, []);
  let runtime: ParserRuntime | undefined;
  return parameterParserWith(() => {
    runtime ??= { ...createLog(), connection: createConnection(), time: systemTime };
    return runtime;
  }, logic);
}

/** {@link parameterParser} with its dependencies passed in. */
export function parameterParserWith(provide: () => ParserRuntime, logic: ParserLogic): ParserHandler {
  return async (event, context) => {
    const runtime = provide();
    const deadline = startDeadline(context, MARGIN_MS, LESS_WORK);
    const secrets = runtime.redactor.scope();
    try {
      const parsed = await runUntilEnd(logic, {
        deadline,
        runtime: { log: runtime.log, listenForStrayErrors },
        createTask: ({ signal }) => readRequest(event, context, runtime, signal, secrets.declare),
      });
      return toParserResponse(parsed);
    } catch (error) {
      runtime.log.error('the parameters could not be parsed', { error });
      throw parserErrorOf(error, runtime.redactor.redact);
    } finally {
      deadline.clear();
      secrets.end();
    }
  };
}

function readRequest(
  event: unknown,
  { awsRequestId }: InvocationContext,
  { connection, time, log }: ParserRuntime,
  signal: AbortSignal,
  addSecrets: (...secrets: readonly (string | undefined)[]) => void,
): ParserRequest {
  const { artifact, launchRoleArn, launchRole } = (event ?? {}) as Record<string, unknown>;
  const problems: string[] = [];
  const location = readArtifactLocation(artifact, problems);
  // The Administrator Guide's table calls it launchRole, its example and real requests launchRoleArn.
  const named = launchRoleArn || launchRole || undefined;
  const roleArn = typeof named === 'string' ? named : undefined;
  if (named !== undefined && !IAM_ROLE.test(String(named))) {
    problems.push(`the launch role ${JSON.stringify(String(named).slice(0, 200))} is not the ARN of a role`);
  }
  if (location === undefined || problems.length > 0) throw new ConfigurationError(problems.join('; '));
  const credentials =
    roleArn === undefined
      ? connection.credentials
      : launchRoleCredentials({
          roleArn,
          sessionName: sessionName('parameter-parser', awsRequestId),
          connection,
          time,
          onCredentials: ({ secretAccessKey, sessionToken }) => addSecrets(secretAccessKey, sessionToken),
        });
  const reader = roleArn === undefined ? "the parser's role" : `the launch role ${roleArn}`;
  return {
    artifact: createArtifact(location, { connection, credentials, reader, signal }),
    launchRoleArn: roleArn,
    async launchRoleCredentials() {
      if (roleArn !== undefined) return credentials();
      throw new ConfigurationError('the request names no launch role');
    },
    signal,
    log,
  };
}
