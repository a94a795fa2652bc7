import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Kernel } from '../kernel/kernel.ts';
import type { Build, BuildPhase, BuildStatus } from './build.ts';
import { logStreamOf } from './build.ts';
import type { BuildEvents } from './build-events.ts';
import type { BuildQueue } from './build-queue.ts';
import { baseVariables, CLOCK_OFFSET, resolveVariables, type ValueStores } from './build-variables.ts';
import { type Buildspec, BuildspecError, parseBuildspec, SPEC_PHASES } from './buildspec.ts';
import { type RunningCommands, runCommands, type ShellSession } from './phase-process.ts';
import { OBJECT_ARN } from './source.ts';

/** What running a build needs. */
export interface RunParts {
  readonly kernel: Kernel;
  readonly events: BuildEvents;
  readonly stores: ValueStores;
  readonly queue: BuildQueue;
  /** Lays the source of a build into a folder. @throws Error with the reason as its message */
  readonly layOutSource: (build: Build, folder: string) => Promise<void>;
  /** Reads the object of an ARN for a build. @throws Error with the reason as its message */
  readonly readObject: (build: Build, arn: string) => string;
}

/** A build on its way. */
export interface BuildRun {
  /** Ends it from outside; what its phase is told is the reason. Does nothing when it has ended. */
  end(status: 'STOPPED' | 'TIMED_OUT'): void;
  /** Sends a signal to the shell of the phase at work, and to all that it started. */
  kill(signal: NodeJS.Signals): boolean;
  readonly ended: Promise<void>;
}

/** A phase that does not end well. */
class PhaseFailure extends Error {
  readonly statusCode: string;

  constructor(statusCode: string, message: string) {
    super(message);
    this.statusCode = statusCode;
  }
}

/** What phases that run no commands take, in simulated milliseconds. */
const STEP_MS = 1_000;

/** Runs a build from its queue to its end. While its commands run, simulated time passes at its real rate. */
export function startBuildRun(build: Build, parts: RunParts): BuildRun {
  const { kernel, events } = parts;
  const { clock, identity } = kernel;
  const { project } = build;
  const root = path.join(kernel.dataDir, 'builds', logStreamOf(build));
  const abort = new AbortController();
  let verdict: 'STOPPED' | 'TIMED_OUT' | undefined;
  let running: RunningCommands | undefined;
  let succeeding = true;

  function end(status: 'STOPPED' | 'TIMED_OUT'): void {
    if (verdict !== undefined || build.status !== 'IN_PROGRESS') return;
    verdict = status;
    abort.abort(new Error(status));
    running?.kill('SIGKILL');
  }

  /** Runs one phase; what it throws is its context. @returns whether the build still succeeds */
  async function phase(type: string, work: () => Promise<void>): Promise<boolean> {
    const current: BuildPhase = { type, startedAt: clock.now(), contexts: [] };
    build.phases.push(current);
    try {
      await work();
      close(current, verdict ?? 'SUCCEEDED');
    } catch (error) {
      const statusCode = error instanceof PhaseFailure ? error.statusCode : 'CLIENT_ERROR';
      const message = verdict === undefined ? (error as Error).message : endText(verdict, type);
      current.contexts = [{ statusCode: verdict === undefined ? statusCode : verdict, message }];
      close(current, verdict ?? 'FAILED');
    }
    return current.status === 'SUCCEEDED';
  }

  function endText(status: 'STOPPED' | 'TIMED_OUT', type: string): string {
    return status === 'STOPPED'
      ? 'the build was stopped'
      : type === 'QUEUED'
        ? `Build has waited in the queue for ${project.queuedTimeoutInMinutes} minutes.`
        : `Build has timed out after ${project.timeoutInMinutes} minutes.`;
  }

  function close(current: BuildPhase, status: BuildStatus): void {
    current.status = status;
    current.endedAt = clock.now();
    if (status !== 'SUCCEEDED') succeeding = false;
    events.phaseEnded(build, current);
  }

  const wait = () => clock.sleep(STEP_MS, abort.signal);

  async function run(): Promise<void> {
    await phase('SUBMITTED', async () => undefined);
    const queued = clock.after(project.queuedTimeoutInMinutes * 60_000, () => end('TIMED_OUT'));
    const machine = parts.queue.enter(abort.signal);
    const giveBack = () =>
      machine.then(
        (leave) => leave(),
        () => undefined,
      );
    await phase('QUEUED', async () => {
      // Whoever started the build hears of that before it hears of anything else.
      await Promise.all([wait(), machine]);
    });
    queued.cancel();
    const timer = clock.after(project.timeoutInMinutes * 60_000, () => end('TIMED_OUT'));
    let spec: Buildspec | undefined;
    let session: ShellSession | undefined;
    if (succeeding) await phase('PROVISIONING', provision);
    if (succeeding) {
      await phase('DOWNLOAD_SOURCE', async () => {
        const source = path.join(root, 'src');
        mkdirSync(path.join(root, 'home'), { recursive: true });
        mkdirSync(source, { recursive: true });
        await parts.layOutSource(build, source);
        spec = readSpec(source);
        tellIgnored(spec);
        const variables = await resolveVariables(build, spec, identity.role(project.serviceRole), parts.stores);
        session = { folder: source, variables: { ...baseVariables(build, kernel, root), ...variables } };
      });
    }
    if (spec !== undefined && session !== undefined) await runPhases(spec, session);
    timer.cancel();
    await giveBack();
    await phase('FINALIZING', async () => undefined);
    build.phases.push({ type: 'COMPLETED', startedAt: clock.now(), contexts: [] });
    build.endedAt = clock.now();
    build.status = verdict ?? (succeeding ? 'SUCCEEDED' : 'FAILED');
    events.stateChanged(build);
    rmSync(root, { recursive: true, force: true, maxRetries: 3 });
  }

  async function provision(): Promise<void> {
    await wait();
    if (!project.hasLogs) return;
    const { partition, region, accountId } = kernel;
    const arn = `arn:${partition}:logs:${region}:${accountId}:log-group:${project.logGroup}:log-stream:${logStreamOf(build)}`;
    const role = identity.role(project.serviceRole);
    try {
      for (const action of ['logs:CreateLogStream', 'logs:PutLogEvents']) identity.authorize(role, action, arn);
    } catch (error) {
      throw new PhaseFailure(
        'ACCESS_DENIED',
        `Service role ${project.serviceRole} does not allow AWS CodeBuild to create Amazon CloudWatch Logs log streams for build ${build.arn}. Error message: ${(error as Error).message}`,
      );
    }
  }

  function readSpec(source: string): Buildspec {
    const { buildspec = 'buildspec.yml', type } = project.source;
    if (OBJECT_ARN.test(buildspec)) return parseBuildspec(parts.readObject(build, buildspec));
    const isInline = /[\n{]/.test(buildspec);
    if (!isInline && type === 'NO_SOURCE') {
      throw new BuildspecError('YAML_FILE_ERROR Message: a project without a source needs its buildspec inline');
    }
    try {
      return parseBuildspec(isInline ? buildspec : readFileSync(path.join(source, buildspec), 'utf8'));
    } catch (error) {
      if (error instanceof BuildspecError) throw error;
      throw new BuildspecError(`YAML_FILE_ERROR Message: stat ${buildspec}: no such file or directory`);
    }
  }

  function tellIgnored({ ignored }: Buildspec): void {
    for (const member of ignored) {
      kernel.events.emit('notice', { message: `"${member}" of the buildspec of ${project.name} is not simulated` });
    }
  }

  async function runPhases(spec: Buildspec, first: ShellSession): Promise<void> {
    let session = first;
    for (const name of SPEC_PHASES) {
      const wanted = spec.phases[name];
      if (verdict !== undefined) break;
      const isWell = await phase(name.toUpperCase(), async () => {
        if (wanted === undefined) return;
        const state = { CODEBUILD_BUILD_SUCCEEDING: succeeding ? '1' : '0' };
        session = { ...session, variables: { ...session.variables, ...state } };
        const failed = await commands(wanted.commands);
        const failedFinally = verdict === undefined ? await commands(wanted.finally) : undefined;
        const failure = failed ?? failedFinally;
        if (verdict !== undefined) throw new Error(verdict);
        if (failure !== undefined) {
          const { command, how } = failure;
          throw new PhaseFailure(
            'COMMAND_EXECUTION_ERROR',
            `Error while executing command: ${command}. Reason: ${how}`,
          );
        }
      });
      // CodeBuild's transitions: after a failed build phase post_build still runs, after another one nothing does.
      const goesOn = wanted?.onFailure === undefined ? name === 'build' : wanted.onFailure === 'CONTINUE';
      if (!isWell && !goesOn) break;
    }
    build.exported = spec.exportedVariables.map((name) => ({
      name,
      value: session.variables[name] ?? '',
      type: 'PLAINTEXT',
    }));
    if (verdict === undefined) await phase('UPLOAD_ARTIFACTS', async () => undefined);

    async function commands(list: readonly string[]) {
      if (list.length === 0) return undefined;
      const release = clock.hold();
      try {
        const clocked = { ...session.variables, [CLOCK_OFFSET]: String(Math.round(clock.offset())) };
        session = { ...session, variables: clocked };
        const log = (line: string) => void build.log.push(line);
        running = runCommands(spec.shell, list, session, path.join(root, 'shell'), log);
        const ended = await running.ended;
        session = ended.session;
        return ended.failed;
      } finally {
        running = undefined;
        release();
      }
    }
  }

  const ended = run().catch((error: unknown) => {
    // The cloud stops, and its folder is gone.
    kernel.events.emit('notice', { message: `build ${build.id} ended: ${(error as Error).message}` });
  });
  return { end, ended, kill: (signal) => running?.kill(signal) ?? false };
}
