import { systemTime } from '../aws/index.ts';
import { environmentVariables } from '../constants.ts';
import { InvalidCallbackError } from '../core/errors.ts';
import { createDynamoDbLedger } from '../core/ledger/dynamodb-ledger.ts';
import { noteProgressWith, type ToldProgress } from '../core/note-progress.ts';
import { services } from '../services.ts';
import type { Command } from './command.ts';
import { jsonText } from './escape-controls.ts';
import { awsProblem } from './ledger/aws-problem.ts';
import { completionRuntime } from './ledger/completion-runtime.ts';
import { pickCallback, readCallbackName } from './ledger/find-callback.ts';
import { findLedgerTable, LEDGER_HELP, ledgerOptions } from './ledger/ledger-table.ts';
import { listCallbacks } from './ledger/list-callbacks.ts';
import { parseOptions } from './parse-options.ts';
import { readStdin } from './read-stdin.ts';
import { UsageError } from './usage-error.ts';

/** The exit code that tells a build or the like to end itself. */
const NOBODY_WAITS = 3;

const help = `
ringback progress [CALLBACK] [--percent N] [--summary TEXT] [OPTIONS]

Tells how far the work of a deferred callback is, and that it goes on: what is not heard of for the "silence" of its
deferral is answered failed. CodePipeline shows percent and summary from its next look on, every 30 seconds.

CALLBACK is as for ringback complete; without it ${environmentVariables.callback} of the environment, which a build has.

  --percent N      how much is done, 0 to 100
  --summary TEXT   what people read in the console
${LEDGER_HELP}
                   of an encoded callback the region is the callback's own
  --json           one JSON document

Exit code 0: noted, or the function has not deferred yet. 3: nobody waits for the callback any more, so that the work can
end. 2: bad input, or the ledger is out of reach.
Needs the permissions dynamodb:GetItem and UpdateItem on the table (Scan for SERVICE:ID).
`;

const WORDS: Readonly<Record<ToldProgress, string>> = {
  noted: 'noted',
  'not yet': 'not noted: the function that deferred is still at work; tell it again later',
  closed: 'nobody waits for this callback any more',
};

/** `ringback progress` */
export const progressCommand: Command = {
  help,
  async run(args) {
    const { values, positionals } = parseOptions(
      args,
      {
        ...ledgerOptions,
        percent: { type: 'string' },
        summary: { type: 'string' },
        json: { type: 'boolean' },
      },
      1,
    );
    const progress = { percentComplete: readPercent(values.percent), summary: values.summary };
    const name = readCallbackName(await callbackText(positionals[0]));
    const region = values.region ?? (name.kind === 'encoded' ? name.callback.region : undefined);
    const table = await findLedgerTable({ ...values, region }, process.env);
    const callback =
      name.kind === 'encoded' ? name.callback : pickCallback(name, await listCallbacks(table, systemTime), table.name);
    const ledger = createDynamoDbLedger({ tableName: table.name, connection: table.connection, time: systemTime });
    const runtime = completionRuntime(ledger, table, systemTime);
    const state = await noteProgressWith(runtime, services, callback, progress).catch((error: unknown) => {
      if (error instanceof InvalidCallbackError) throw new UsageError(error.message, { cause: error });
      throw awsProblem(error, `the progress could not be noted in the ledger table ${table.name}`);
    });
    const { service, id } = callback;
    process.stdout.write(values.json === true ? `${jsonText({ service, id, state })}\n` : `${WORDS[state]}\n`);
    return state === 'closed' ? NOBODY_WAITS : 0;
  },
};

async function callbackText(argument: string | undefined): Promise<string> {
  if (argument === '-') return readStdin('the callback');
  const text = argument ?? process.env[environmentVariables.callback];
  if (text) return text;
  throw new UsageError(`name a callback, or set ${environmentVariables.callback}; see --help for the ways to do so`);
}

function readPercent(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const percent = Number(text);
  if (text.trim() !== '' && percent >= 0 && percent <= 100) return percent;
  throw new UsageError(`--percent is a number from 0 to 100, but is "${text}"`);
}
