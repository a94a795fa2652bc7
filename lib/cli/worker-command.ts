import path from 'node:path';
import { systemTime } from '../aws/index.ts';
import { type ActionCategory, describeActionType } from '../codepipeline/worker/action-type.ts';
import type { JobChoice, WorkerHandler } from '../codepipeline/worker/worker-handler.ts';
import { environmentVariables } from '../constants.ts';
import { InvalidOptionError } from '../core/errors.ts';
import { createLog } from '../core/secrets/log.ts';
import { listenForStrayErrors } from '../core/stray-errors.ts';
import type { Command } from './command.ts';
import { numberOption, parseOptions, wholeNumberOption } from './parse-options.ts';
import { findRegion } from './region.ts';
import { onStopSignal } from './stop-signals.ts';
import { UsageError } from './usage-error.ts';
import { answerAbandonedJobs } from './worker/abandoned-jobs.ts';
import { loadHandler } from './worker/load-handler.ts';
import { runWorkerJob } from './worker/worker-job-run.ts';
import { startWorkerLoop, type WorkerHealth } from './worker/worker-loop.ts';
import { createWorkerView } from './worker/worker-view.ts';

const DEFAULT_CONCURRENCY = 5;
const DEFAULT_TIMEOUT_SECONDS = 900;
const DEFAULT_GRACE_SECONDS = 25;
const DEFAULT_HEALTH_SECONDS = 60;
const LONGEST_SECONDS = 86_400;
/** How long a look for abandoned jobs that is on may take when the worker stops, in milliseconds. */
const LAST_LOOK_MS = 5_000;

const help = `
ringback worker HANDLER [OPTIONS]

Does the jobs of a custom or third-party action in this process: polls, acknowledges, runs the handler that jobWorker or
thirdPartyJobWorker made, and answers. SIGTERM, Ctrl-C or a closed terminal stops it: running jobs may end, what takes too
long is handed back to CodePipeline for another worker.

  --action-type C/P/V   category, provider and version, such as Test/ArtifactChecks/1 (default: the handler's own)
  --query NAME=VALUE    only jobs whose queryable property has this value
  --export NAME         the export of HANDLER (default handler)
  --table NAME          the ledger table (default: RINGBACK_LEDGER_TABLE); without one a crash leaves jobs unanswered
  --region REGION       where the action type and the table are (default: AWS_REGION, or the profile's)
  --concurrency N       how many jobs run at the same time (default ${DEFAULT_CONCURRENCY})
  --timeout SECONDS     how long one job may take (default ${DEFAULT_TIMEOUT_SECONDS})
  --grace SECONDS       how long running jobs may take to end when the worker stops (default ${DEFAULT_GRACE_SECONDS})
  --health SECONDS      how often a line tells how it is doing; 0 for never (default ${DEFAULT_HEALTH_SECONDS})
  --once                end when nothing is left to do, or when nothing can be polled
  --json                every line as JSON, also on a terminal

Region, credentials and endpoints come from the environment and the profiles, as with the AWS CLI. While the network or
the credentials are gone the worker says so every ten minutes and tries on: what is acknowledged is answered when they are
back, for up to 24 hours.

Exit code 0: every job was answered or handed back. 1: one was not, or could not be acknowledged; it was told twice to
stop; --once could not poll, could not read the ledger, or got none of the jobs that were there. 2: bad input.
`;

/** `ringback worker` */
export const workerCommand: Command = {
  help,
  async run(args) {
    const { values, positionals } = parseOptions(
      args,
      {
        'action-type': { type: 'string' },
        query: { type: 'string' },
        export: { type: 'string', default: 'handler' },
        table: { type: 'string' },
        region: { type: 'string' },
        concurrency: { type: 'string', default: String(DEFAULT_CONCURRENCY) },
        timeout: { type: 'string', default: String(DEFAULT_TIMEOUT_SECONDS) },
        grace: { type: 'string', default: String(DEFAULT_GRACE_SECONDS) },
        health: { type: 'string', default: String(DEFAULT_HEALTH_SECONDS) },
        once: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
      1,
    );
    const [file] = positionals;
    if (file === undefined) throw new UsageError('name the file of a handler; see --help');
    const seconds = (name: 'timeout' | 'grace' | 'health', min: number) =>
      1000 * numberOption(name, values[name], min, LONGEST_SECONDS);
    const [timeoutMs, graceMs, healthMs] = [seconds('timeout', 1), seconds('grace', 0), seconds('health', 0)];
    const concurrency = wholeNumberOption('concurrency', values.concurrency, 1, 1000);
    if (values.table !== undefined) process.env[environmentVariables.ledgerTable] = values.table;
    // Whoever asks to be run again is: this process does what Lambda and the last resort do.
    process.env[environmentVariables.lastResort] = 'true';
    // Before the handler is loaded: its own clients are to find it, too.
    process.env.AWS_REGION = await findRegion(values.region, process.env);
    const handler = await loadHandler(file, values.export);
    const source = chooseJobs(handler, values['action-type'], values.query);

    const view = createWorkerView(values.json);
    const stop = new AbortController();
    const { signal } = stop;
    const name = path.basename(file).replace(/\.[cm]?[jt]s$/, '');
    const run = { handler, name, timeoutMs, once: values.once, signal };
    // What a job left behind must not end the process of the others.
    const { log } = createLog();
    const onStray = (error: unknown) => log.error('an error was thrown outside of every job', { error });
    listenForStrayErrors({ onRejection: onStray, onException: onStray });
    const loop = startWorkerLoop({ ...run, source, concurrency, graceMs });
    const onSignal = () => {
      const { running } = loop.health();
      view.tell(
        signal.aborted ? { worker: 'killed', running } : { worker: 'stopping', running, graceSeconds: graceMs / 1000 },
      );
      if (signal.aborted) {
        process.off('exit', onExit);
        process.exit(1);
      }
      stop.abort();
    };
    onStopSignal(onSignal);
    const onExit = () => tellOfExit(loop.health());
    process.once('exit', onExit);
    view.tell({ worker: 'ready', actionType: describeActionType(source.actionType), concurrency });
    const health =
      healthMs > 0 ? setInterval(() => view.tell({ worker: 'health', ...loop.health() }), healthMs) : undefined;
    const abandoned = process.env[environmentVariables.ledgerTable]
      ? answerAbandonedJobs(handler, {
          timeoutMs,
          once: values.once,
          signal,
          runAgain: (job) => runWorkerJob(() => job, run),
          onAnswered: (answered) => view.tell({ worker: 'recovered', answered }),
        })
      : undefined;
    await loop.ended;
    // Somebody else's answer may be on its way.
    const looked = await (values.once ? abandoned : Promise.race([abandoned, systemTime.sleep(LAST_LOOK_MS)]));
    clearInterval(health);
    view.tell({ worker: 'ended', ...loop.health() });
    view.close();
    process.off('exit', onExit);
    return looked === false ? 1 : exitCode(loop.health(), values.once);
  },
};

function exitCode(health: WorkerHealth, once: boolean): number {
  const { running, done, left, refused, handedBack, unanswered, failedPolls } = health;
  if (running > handedBack || unanswered > 0 || refused > 0) return 1;
  // Jobs were there, and none of them became its own.
  const gotNone = left > 0 && done === 0;
  return once && (failedPolls > 0 || gotNone) ? 1 : 0;
}

/** Says that a job's logic, or what it imports, has ended the process of all jobs, and lets no exit code hide it. */
function tellOfExit({ running }: WorkerHealth): void {
  process.stderr.write(
    `ringback: the worker was ended from within, as process.exit() in its handler does, with ${running} running and not answered; throw an error instead\n`,
  );
  process.exitCode ||= 1;
}

function chooseJobs(handler: WorkerHandler, actionType: string | undefined, query: string | undefined) {
  const choice: JobChoice = {
    ...(actionType === undefined ? {} : { actionType: parseActionType(actionType) }),
    ...(query === undefined ? {} : { queryParam: parseQuery(query) }),
  };
  try {
    return Object.keys(choice).length === 0 ? handler.jobSource() : handler.jobSource(choice);
  } catch (error) {
    if (error instanceof InvalidOptionError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

function parseActionType(text: string) {
  const [category = '', provider = '', version = '1', ...rest] = text.split('/');
  if (provider === '' || rest.length > 0) {
    throw new UsageError(`--action-type must look like Test/ArtifactChecks/1, but is "${text}"`);
  }
  return { category: category as ActionCategory, provider, version };
}

function parseQuery(text: string): Readonly<Record<string, string>> {
  const [, name, value] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    throw new UsageError(`--query must look like Name=value, but is "${text}"`);
  }
  return { [name]: value };
}
