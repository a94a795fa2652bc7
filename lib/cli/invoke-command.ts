import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from './command.ts';
import { jsonText } from './escape-controls.ts';
import { samples } from './event-command.ts';
import { bundleForInvoke } from './invoke/bundle-for-invoke.ts';
import { findArtifacts, readArtifactOption } from './invoke/event-artifacts.ts';
import { placeOwnFiles, placeSampleFiles, readFileOption } from './invoke/place-files.ts';
import { readEvent } from './invoke/read-event.ts';
import { readEndpoint, readVariables, requireCloud } from './invoke/read-options.ts';
import { type Invocation, isNoise, showInvocation, showLogLine } from './invoke/show-invocation.ts';
import { makeTemporaryFolder } from './invoke/temporary-folder.ts';
import { countOwedAnswers, isGood, judge } from './invoke/verdict.ts';
import { parseOptions, wholeNumberOption } from './parse-options.ts';
import { exitCodeOf, onStopSignal, type StopSignal } from './stop-signals.ts';
import { createTerminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

const DEFAULT_TIMEOUT_SECONDS = 30;
const DEFAULT_MEMORY_MB = 512;
const DEFAULT_REGION = 'us-east-1';

const help = `
ringback invoke HANDLER --event FILE|NAME|- [OPTIONS]

Runs a handler once on this machine, bundled as the CallbackFunction construct bundles it, in a process of its own as
Lambda would start it, and shows the answer that it would give. Its AWS clients are led to a service on loopback that
takes the answer and checks it against the API's model. S3 is there, too, with the files of the samples.

HANDLER is a file, .ts or .js. The event is a file of JSON, - for stdin, or one of the samples that ringback event lists,
such as codepipeline-job.

  --export NAME    the export that is the handler (default handler)
  --timeout S      the function's timeout, 1 to 900 seconds (default ${DEFAULT_TIMEOUT_SECONDS})
  --memory MB      the function's memory, 128 to 10240 (default ${DEFAULT_MEMORY_MB})
  --env K=V        an environment variable of the function; may be repeated
  --file s3://BUCKET/KEY=PATH
                   a file of yours that the handler finds in S3; may be repeated
  --artifact NAME=PATH
                   a zip archive or a folder of yours as the job's input artifact NAME; may be repeated
  --endpoint URL   lead its AWS clients to a running local cloud instead; the answers are then seen there
  --json           one JSON document

Exit code 0: it returned, and gave as many answers as the event asks for. 1: it threw, crashed, timed out, or gave too
few answers or too many. 2: bad input. 130, 143 and 129: Ctrl-C, SIGTERM or a closed terminal ended it; nothing is left behind.
`;

/** `ringback invoke` */
export const invokeCommand: Command = {
  help,
  async run(args) {
    const { values, positionals } = parseOptions(
      args,
      {
        event: { type: 'string' },
        export: { type: 'string' },
        timeout: { type: 'string' },
        memory: { type: 'string' },
        env: { type: 'string', multiple: true },
        file: { type: 'string', multiple: true },
        artifact: { type: 'string', multiple: true },
        endpoint: { type: 'string' },
        json: { type: 'boolean' },
      },
      1,
    );
    const [handler] = positionals;
    if (handler === undefined) throw new UsageError('name the file of a handler, such as handlers/gate.ts');
    if (values.event === undefined) {
      throw new UsageError(`name an event: --event FILE, - or one of ${Object.keys(samples).join(', ')}`);
    }
    const timeoutSeconds = wholeNumberOption('timeout', values.timeout ?? String(DEFAULT_TIMEOUT_SECONDS), 1, 900);
    const memorySizeMb = wholeNumberOption('memory', values.memory ?? String(DEFAULT_MEMORY_MB), 128, 10_240);
    const variables = readVariables(values.env ?? []);
    const cloud = values.endpoint === undefined ? undefined : readEndpoint(values.endpoint);
    if (cloud !== undefined && (values.file ?? values.artifact) !== undefined) {
      throw new UsageError('--file and --artifact are for the service that invoke starts; leave out --endpoint');
    }
    const ownFiles = (values.file ?? []).map(readFileOption);
    refuseTwice('file', ownFiles, ({ bucket, key }) => `s3://${bucket}/${key}`);
    const ownArtifacts = (values.artifact ?? []).map(readArtifactOption);
    refuseTwice('artifact', ownArtifacts, ({ name }) => name);
    const { event, artifacts } = findArtifacts(await readEvent(values.event), ownArtifacts, {
      isSample: Object.hasOwn(samples, values.event),
    });
    if (cloud !== undefined) await requireCloud(cloud);
    const exportName = values.export ?? 'handler';
    const region = process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION || DEFAULT_REGION;

    const terminal = createTerminal();
    const quiet = values.json === true;
    const log: string[] = [];
    const workFolder = await makeTemporaryFolder('ringback-bundle-');
    const stop = new AbortController();
    let told: StopSignal | undefined;
    const forget = onStopSignal((signal) => {
      if (told !== undefined) process.exit(exitCodeOf(signal));
      told = signal;
      stop.abort(new Error(`stopped by ${signal}`));
    });
    // Loaded when all that was given is sound.
    const { recordAnswers } = await import('../testing/recording-service.ts');
    const { invokeOnce } = await import('./invoke/invoke-once.ts');
    const recorder = cloud === undefined ? await recordAnswers({}) : undefined;
    try {
      const mounted =
        recorder &&
        (await placeSampleFiles(
          Object.values(samples).flatMap(({ files = [] }) => files),
          recorder,
          path.join(workFolder, 'mount'),
        ));
      if (recorder !== undefined) await placeOwnFiles([...ownFiles, ...artifacts], recorder);
      const bundle = await bundleForInvoke(handler, exportName, path.join(workFolder, 'code'));
      stop.signal.throwIfAborted();
      const bytes = bundle.files.reduce((sum, file) => (file.path.endsWith('.map') ? sum : sum + file.bytes), 0);
      if (!quiet) {
        const what = `bundled ${handler}, ${Math.ceil(bytes / 1024)} kB, in ${(bundle.tookMs / 1000).toFixed(1)} s`;
        terminal.line(terminal.style('dim', what));
        terminal.line(terminal.style('cyan', `→ ${values.event === '-' ? 'the event on stdin' : values.event}`));
      }
      const result = await invokeOnce(
        {
          codeFolder: path.join(workFolder, 'code'),
          exportName,
          functionName: path.parse(handler).name.replaceAll(/[^a-zA-Z0-9-_]/g, '-'),
          event,
          timeoutSeconds,
          memorySizeMb,
          variables: { ...mounted, ...variables },
          region,
          endpoint: cloud ?? recorder?.endpoint ?? '',
          signal: stop.signal,
          onLog(line) {
            if (isNoise(line)) return;
            log.push(line);
            if (!quiet) showLogLine(terminal, line);
          },
        },
        () => recorder && [...recorder.answers],
      );
      const { seen: answers, ...ending } = result;
      const owed = countOwedAnswers(event, region);
      const verdict = judge(result.failure, answers?.length, owed);
      const invocation: Invocation = { ...ending, verdict, answers, owed, timeoutSeconds, memorySizeMb };
      if (quiet) process.stdout.write(`${jsonText(toJson(invocation, log), 2)}\n`);
      else showInvocation(terminal, invocation);
      return isGood(verdict) ? 0 : 1;
    } catch (error) {
      if (told === undefined || error !== stop.signal.reason) throw error;
      process.stderr.write(`ringback: stopped by ${told}, before the handler had ended\n`);
      return exitCodeOf(told);
    } finally {
      forget();
      await recorder?.close();
      await rm(workFolder, { recursive: true, force: true });
    }
  },
};

/** Refuses two contents for one place, of which one would be lost. @throws UsageError */
function refuseTwice<Given>(option: string, given: readonly Given[], placeOf: (one: Given) => string): void {
  const places = given.map(placeOf);
  const twice = places.find((place, index) => places.indexOf(place) !== index);
  if (twice !== undefined) throw new UsageError(`--${option} names ${twice} twice: give it one content`);
}

function toJson(
  { verdict, answers, owed, failure, returned, ...measured }: Invocation,
  log: readonly string[],
): object {
  return {
    verdict,
    answers,
    owed,
    ...(failure === undefined ? { returned: JSON.parse(returned ?? 'null') } : { error: failure }),
    durationMs: measured.durationMs,
    peakMemoryMb: measured.peakMemoryMb,
    log,
  };
}
