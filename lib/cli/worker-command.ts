import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type ActionCategory, describeActionType } from '../codepipeline/worker/action-type.ts';
import type { JobChoice, WorkerHandler } from '../codepipeline/worker/worker-handler.ts';
import { environmentVariables } from '../constants.ts';
import { InvalidOptionError } from '../core/errors.ts';
import type { Command } from './command.ts';
import { numberOption, parseOptions } from './parse-options.ts';
import { createTerminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';
import { recoverClaims } from './worker/recover-claims.ts';
import { startWorkerLoop, type WorkerLoop } from './worker/worker-loop.ts';

const DEFAULT_CONCURRENCY = 5;
const DEFAULT_TIMEOUT_SECONDS = 900;
const DEFAULT_GRACE_SECONDS = 25;
const DEFAULT_HEALTH_SECONDS = 60;
const LONGEST_SECONDS = 86_400;

const help = `
ringback worker HANDLER [OPTIONS]

Does the jobs of a custom or third-party action in this process: polls, claims, runs the handler that jobWorker or
thirdPartyJobWorker made, and answers. SIGTERM or Ctrl-C stops it: running jobs may end, what takes too long is handed
back to CodePipeline for another worker.

  --action-type C/P/V   category, provider and version, such as Test/ArtifactChecks/1 (default: the handler's own)
  --query NAME=VALUE    only jobs whose queryable property has this value
  --export NAME         the export of HANDLER (default handler)
  --table NAME          the ledger table (default: RINGBACK_LEDGER_TABLE); without one a crash leaves jobs unanswered
  --concurrency N       how many jobs run at the same time (default ${DEFAULT_CONCURRENCY})
  --timeout SECONDS     how long one job may take (default ${DEFAULT_TIMEOUT_SECONDS})
  --grace SECONDS       how long running jobs may take to end when the worker stops (default ${DEFAULT_GRACE_SECONDS})
  --health SECONDS      how often a line tells how it is doing; 0 for never (default ${DEFAULT_HEALTH_SECONDS})
  --once                end when nothing is left to do
  --json                health and summary as JSON
`;

/** `ringback worker` */
export const workerCommand: Command = {
  name: 'worker',
  summary: 'do the jobs of a custom action in this process',
  help,
  async run(args) {
    const { values, positionals } = parseOptions(
      args,
      {
        'action-type': { type: 'string' },
        query: { type: 'string' },
        export: { type: 'string', default: 'handler' },
        table: { type: 'string' },
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
    const concurrency = Math.floor(numberOption('concurrency', values.concurrency, 1, 1000));
    if (values.table !== undefined) process.env[environmentVariables.ledgerTable] = values.table;
    // Whoever asks to be run again is: this process does what Lambda and the last resort do.
    process.env[environmentVariables.lastResort] = 'true';
    const handler = await loadHandler(file, values.export);
    const source = chooseJobs(handler, values['action-type'], values.query);

    const terminal = createTerminal();
    const tell = (what: string, fields: object) =>
      terminal.line(values.json ? JSON.stringify({ worker: what, ...fields }) : `worker ${what}: ${describe(fields)}`);
    await answerAbandoned(handler, tell);
    const stop = new AbortController();
    const onSignal = () => {
      if (stop.signal.aborted) process.exit(1);
      stop.abort();
    };
    process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
    tell('ready', { actionType: describeActionType(source.actionType), concurrency });
    const loop = startWorkerLoop({
      handler,
      source,
      name: path.basename(file).replace(/\.[cm]?[jt]s$/, ''),
      concurrency,
      timeoutMs,
      graceMs,
      once: values.once,
      signal: stop.signal,
    });
    const health = healthMs > 0 ? setInterval(() => tell('health', loop.health()), healthMs) : undefined;
    await loop.ended;
    clearInterval(health);
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    tell('ended', loop.health());
    return exitCode(loop);
  },
};

/** Logic that was handed back may still run; nothing waits for it. */
function exitCode(loop: WorkerLoop): number {
  const { running, handedBack } = loop.health();
  const code = running > handedBack ? 1 : 0;
  if (running > 0) process.exit(code);
  return code;
}

async function answerAbandoned(handler: WorkerHandler, tell: (what: string, fields: object) => void): Promise<void> {
  if (!process.env[environmentVariables.ledgerTable]) return;
  try {
    const answered = await recoverClaims(handler);
    if (answered > 0) tell('recovered', { answered });
  } catch (error) {
    tell('cannot look for abandoned jobs', { error: (error as Error).message });
  }
}

async function loadHandler(file: string, name: string): Promise<WorkerHandler> {
  let module: Record<string, unknown>;
  try {
    module = (await import(pathToFileURL(path.resolve(file)).href)) as Record<string, unknown>;
  } catch (error) {
    throw new UsageError(`${file} cannot be loaded: ${(error as Error).message}`, { cause: error });
  }
  const handler = module[name];
  if (typeof handler !== 'function' || !('jobSource' in handler)) {
    throw new UsageError(`${file} has no export "${name}" that jobWorker or thirdPartyJobWorker made`);
  }
  return handler as unknown as WorkerHandler;
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

function describe(fields: object): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ');
}
