import { systemTime } from '../aws/index.ts';
import type { Callback } from '../core/callback.ts';
import { type Completion, completeWith } from '../core/complete.ts';
import { AnswerNotGivenError, InvalidCallbackError } from '../core/errors.ts';
import { createDynamoDbLedger } from '../core/ledger/dynamodb-ledger.ts';
import type { Service } from '../core/service.ts';
import { services } from '../services.ts';
import type { Command } from './command.ts';
import { checkOutcome, readOutcome } from './completion-outcome.ts';
import { printCompletion } from './completion-text.ts';
import { jsonText } from './escape-controls.ts';
import { awsProblem } from './ledger/aws-problem.ts';
import { completionRuntime } from './ledger/completion-runtime.ts';
import { pickCallback, readCallbackName } from './ledger/find-callback.ts';
import { findDecision } from './ledger/find-decision.ts';
import { findLedgerTable, LEDGER_HELP, type LedgerTable, ledgerOptions } from './ledger/ledger-table.ts';
import { listCallbacks } from './ledger/list-callbacks.ts';
import { parseOptions } from './parse-options.ts';
import { readStdin } from './read-stdin.ts';
import { createTerminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

const help = `
ringback complete CALLBACK --succeed [--details JSON] [OPTIONS]
ringback complete CALLBACK --fail REASON [--details JSON] [OPTIONS]

Answers a callback, as the library's complete does: the first decision counts, whoever made it.

CALLBACK is an encoded callback; or SERVICE:ID of a callback of the ledger, of which the beginning of the id is
enough; or - to read either from stdin. An encoded callback is a secret, and other users of this machine can see the
arguments of a command: prefer - for it.

  --succeed        the work is done
  --fail REASON    the work cannot be done; REASON is what people read in the console
  --details JSON   what goes along, such as {"variables":{"Version":"1.2"},"summary":"approved"}
${LEDGER_HELP}
                   of an encoded callback the region is the callback's own
  --json           one JSON document

Exit code 0: accepted. 1: another decision stands already. 2: bad input, or the ledger or the service is out of reach.
Needs the permissions dynamodb:GetItem and UpdateItem on the table (Scan for SERVICE:ID), and those of the
service's result API.
`;

/** `ringback complete` */
export const completeCommand: Command = {
  help,
  async run(args) {
    const { values, positionals } = parseOptions(
      args,
      {
        ...ledgerOptions,
        succeed: { type: 'boolean' },
        fail: { type: 'string' },
        details: { type: 'string' },
        json: { type: 'boolean' },
      },
      1,
    );
    const [argument] = positionals;
    if (argument === undefined) throw new UsageError('name a callback; see --help for the ways to do so');
    const outcome = readOutcome(values);
    const name = readCallbackName(argument === '-' ? await readStdin('the callback') : argument);
    const region = values.region ?? (name.kind === 'encoded' ? name.callback.region : undefined);
    const table = await findLedgerTable({ ...values, region }, process.env);
    const callback =
      name.kind === 'encoded' ? name.callback : pickCallback(name, await listCallbacks(table, systemTime), table.name);
    const service = serviceOf(callback);
    checkOutcome(outcome, service);

    const terminal = createTerminal();
    const ledger = createDynamoDbLedger({ tableName: table.name, connection: table.connection, time: systemTime });
    const before = await findDecision(callback, table);
    terminal.progress('deciding');
    const completion = await completeWith(completionRuntime(ledger, table, systemTime), services, callback, outcome)
      .catch((error: unknown) => {
        if (error instanceof InvalidCallbackError) throw new UsageError(error.message, { cause: error });
        throw awsProblem(error, describeFailure(error, table));
      })
      .finally(() => terminal.clearProgress());
    // It is decided: that its reason cannot be shown changes nothing.
    const standing = await findDecision(callback, table).catch(() => undefined);
    const reason = standing?.kind === 'failed' ? standing.reason : undefined;
    if (values.json === true) {
      const { service, id } = callback;
      process.stdout.write(`${jsonText({ service, id, ...completion, reason })}\n`);
    } else {
      printCompletion(terminal, { service, callback, completion, reason, wasDecided: before !== undefined });
    }
    return exitCodeOf(completion);
  },
};

function exitCodeOf({ accepted }: Completion): number {
  return accepted ? 0 : 1;
}

function serviceOf(callback: Callback): Service {
  const service = services.find(({ name }) => name === callback.service);
  if (service !== undefined) return service;
  const known = services.map(({ name }) => name).join(', ');
  throw new UsageError(`the callback is of service "${callback.service}", and this version knows ${known}`);
}

function describeFailure(error: unknown, table: LedgerTable): string {
  if (error instanceof AnswerNotGivenError) {
    return 'the decision is stored, but its service could not be told; run the same command again';
  }
  return `the decision could not be stored in the ledger table ${table.name}`;
}
