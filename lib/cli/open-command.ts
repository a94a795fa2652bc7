import { systemTime } from '../aws/index.ts';
import { encodeCallback } from '../core/callback.ts';
import type { Command } from './command.ts';
import { jsonText } from './escape-controls.ts';
import { findLedgerTable, LEDGER_HELP, ledgerOptions } from './ledger/ledger-table.ts';
import { isAnswerable, isOpen, type LedgerCallback, listCallbacks } from './ledger/list-callbacks.ts';
import { printCallbacks } from './open-table.ts';
import { parseOptions } from './parse-options.ts';
import { createTerminal } from './terminal.ts';

const help = `
ringback open [OPTIONS]

Lists the callbacks of a ledger that still need an answer, oldest first, with what holds each of them. The age is that
of the whole work, across all continuations.

  running    an invocation works on it
  died       its invocation ended without a word; Lambda's retry or the last resort answers
  retrying   its logic threw RetryableError and runs again
  waiting    its logic runs again later (continueAfter)
  deferred   somebody is to call complete, until the time given
  overdue    nobody completed it in time; it is answered failed as soon as it is asked for again
  unreported it is decided, and its service is known not to have been told yet
  unreadable its entry is damaged, or was written by another version of Ringback

${LEDGER_HELP}
  --all            also those that are decided, as long as the ledger keeps them (30 days)
  --show-callback  also the encoded callbacks; each is a secret: whoever has it can answer
  --json           one JSON document

Needs the permission dynamodb:Scan on the table, and dynamodb:ListTables for --stack.
`;

/** `ringback open` */
export const openCommand: Command = {
  help,
  async run(args) {
    const { values } = parseOptions(args, {
      ...ledgerOptions,
      all: { type: 'boolean' },
      'show-callback': { type: 'boolean' },
      json: { type: 'boolean' },
    });
    const terminal = createTerminal();
    const table = await findLedgerTable(values, process.env);
    terminal.progress(`reading ${table.name}`);
    const everything = await listCallbacks(table, systemTime).finally(() => terminal.clearProgress());
    const callbacks = values.all === true ? everything : everything.filter(isOpen);
    const showCallback = values['show-callback'] === true;
    if (values.json === true) {
      const document = {
        table: table.name,
        region: table.connection.region,
        callbacks: callbacks.map((callback) => toJson(callback, showCallback)),
      };
      process.stdout.write(`${jsonText(document, 2)}\n`);
    } else {
      printCallbacks(callbacks, { table: table.name, all: values.all === true, showCallback, terminal });
    }
    return 0;
  },
};

function toJson(entry: LedgerCallback, showCallback: boolean): object {
  const { callback } = entry;
  return {
    service: callback.service,
    id: callback.id,
    region: callback.region,
    state: entry.state,
    openedAt: iso(entry.openedAt),
    ageSeconds: Math.round(entry.ageMs / 1000),
    requestId: entry.requestId,
    until: iso(entry.until),
    ...(entry.decision === undefined ? {} : { decision: entry.decision.kind }),
    ...(entry.decision?.kind === 'failed' ? { reason: entry.decision.reason } : {}),
    ...(entry.problem === undefined ? {} : { problem: entry.problem }),
    ...(showCallback && isAnswerable(entry) ? { callback: encodeCallback(callback) } : {}),
  };
}

/** A moment as text; undefined also where a damaged entry has one that is none. */
function iso(ms: number | undefined): string | undefined {
  const date = new Date(ms ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
