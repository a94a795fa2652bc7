import { createHash } from 'node:crypto';
import { AwsCallError, callUntil, createConnection, systemTime } from '../aws/index.ts';
import { environmentVariables } from '../constants.ts';
import { type Callback, encodeCallback } from '../core/callback.ts';
import { checkTask } from '../core/check-task.ts';
import { ConfigurationError, PermissionError, UnavailableError } from '../core/errors.ts';
import { type Deferred, defer } from '../core/outcome.ts';
import type { Execution } from '../core/runner.ts';
import { type Build, type BuildVariable, codeBuildApi } from './api.ts';
import { type BuildOptions, buildVariables, type CheckedOptions, checkBuildOptions } from './build-options.ts';

/** What `startBuild` needs of a task: every task that may defer has it. */
export interface BuildableTask {
  readonly callback: Callback;
  /** Milliseconds until the task's time is up. */
  remainingMs(): number;
}

/** Kept of the task's time for what comes after the call, in milliseconds. */
const RESERVE_MS = 500;
/** CodeBuild's limits of a timeout, in minutes (API Reference, StartBuild). */
const TIMEOUT_MINUTES = { least: 5, most: 2_160 };

/** Builds are looked through a hundred at a time, the latest first. */
const MOST_PAGES = 10;
/** A build takes 36 hours at most, and 8 more in the queue: an older one has ended, and its end has answered. */
const LONGEST_MS = 44 * 3_600_000;

/** What is read of a page of builds. */
interface BuildPage {
  readonly ids?: readonly string[] | null;
  readonly nextToken?: string | null;
}

type Call = (operation: string, input: object) => Promise<unknown>;

/**
 * Starts a build that answers for a task, and defers: `return startBuild(job, { within: { hours: 2 } })`.
 *
 * Where the logic runs again, the build of this very work is found and not started a second time. Its timeout is
 * `within`, so that it hardly outlives what it was started for.
 *
 * @throws InvalidOptionError for options that cannot work
 * @throws ConfigurationError, PermissionError, UnavailableError where CodeBuild refuses; not caught, each is the answer
 */
export async function startBuild(task: BuildableTask, options: BuildOptions): Promise<Deferred> {
  checkTask('startBuild', task, 'options');
  const checked = checkBuildOptions(options, process.env);
  const variables = [...buildVariables(checked), ...ownVariables(task, checked)];
  const connection = createConnection();
  const until = systemTime.now() + Math.max(0, task.remainingMs() - RESERVE_MS);
  const call: Call = (operation, input) =>
    callUntil(connection, codeBuildApi, operation, input, { until, time: systemTime });
  const callback = encodeCallback(task.callback);
  try {
    const build =
      (await findBuild(checked.project, callback, call)) ?? (await start(checked, variables, callback, call));
    const { within, silence } = checked;
    return { ...defer({ within, silence }, progressOf(task, build)), execution: executionOf(build) };
  } catch (error) {
    throw refusal(error, checked.project);
  }
}

function executionOf({ id }: Build): Execution {
  return { id, stop: { api: codeBuildApi, operation: 'StopBuild', input: { id } } };
}

/** CodePipeline shows which build it waits for; the others have no place for it. */
function progressOf({ callback }: BuildableTask, { id }: Build): object {
  return callback.service.startsWith('codepipeline') ? { externalExecutionId: id } : {};
}

/** What the build needs to answer, and by which its end is known. */
function ownVariables({ callback }: BuildableTask, { answer = 'end' }: BuildOptions): readonly BuildVariable[] {
  const table = process.env[environmentVariables.ledgerTable];
  return [
    { name: environmentVariables.callback, value: encodeCallback(callback), type: 'PLAINTEXT' },
    { name: environmentVariables.answer, value: answer, type: 'PLAINTEXT' },
    ...(table === undefined
      ? []
      : [{ name: environmentVariables.ledgerTable, value: table, type: 'PLAINTEXT' } as const]),
  ];
}

/** The build that an earlier attempt started: CodeBuild forgets an idempotency token after 5 minutes. */
async function findBuild(projectName: string, callback: string, call: Call): Promise<Build | undefined> {
  const { callback: name } = environmentVariables;
  const isOfThisWork = (one: BuildVariable) => one.name === name && one.value === callback;
  let nextToken: string | undefined;
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const page = { projectName, sortOrder: 'DESCENDING', ...(nextToken === undefined ? {} : { nextToken }) };
    const listed = (await call('ListBuildsForProject', page)) as BuildPage;
    if (!listed.ids?.length) return undefined;
    const got = (await call('BatchGetBuilds', { ids: listed.ids })) as { builds?: readonly Build[] | null };
    const builds = got.builds ?? [];
    const found = builds.find(({ environment }) => environment?.environmentVariables?.some(isOfThisWork) === true);
    const isOld = builds.some(
      ({ startTime = Number.POSITIVE_INFINITY }) => startTime * 1000 < systemTime.now() - LONGEST_MS,
    );
    if (found !== undefined || isOld || !listed.nextToken) return found;
    nextToken = listed.nextToken;
  }
  return undefined;
}

async function start(
  options: CheckedOptions,
  variables: readonly BuildVariable[],
  callback: string,
  call: Call,
): Promise<Build> {
  const { project, withinMs, buildspec, source, computeType } = options;
  const { least, most } = TIMEOUT_MINUTES;
  const input = {
    projectName: project,
    environmentVariablesOverride: variables,
    timeoutInMinutesOverride: Math.min(most, Math.max(least, Math.ceil(withinMs / 60_000))),
    // At most 64 characters.
    idempotencyToken: createHash('sha256').update(callback).digest('hex'),
    ...(buildspec === undefined ? {} : { buildspecOverride: buildspec }),
    ...(source === undefined ? {} : { sourceTypeOverride: 'S3', sourceLocationOverride: source }),
    ...(computeType === undefined ? {} : { computeTypeOverride: computeType }),
  };
  const { build } = (await call('StartBuild', input)) as { build?: Build | null };
  if (typeof build?.id === 'string') return build;
  throw new UnavailableError(`the build of ${project} was not started: codebuild:StartBuild answered without one`);
}

function refusal(error: unknown, project: string): unknown {
  if (!(error instanceof AwsCallError)) return error;
  const message = `the build of ${project} was not started: ${error.message}`;
  if (error.accessDenied) return new PermissionError(message, { cause: error });
  if (error.code === 'ResourceNotFoundException' || error.code === 'InvalidInputException') {
    return new ConfigurationError(message, { cause: error });
  }
  return new UnavailableError(message, { cause: error });
}
