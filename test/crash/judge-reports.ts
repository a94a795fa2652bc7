import { isDeepStrictEqual } from 'node:util';
import { type LedgerFacts, ledgerFacts, runOf } from './ledger-facts.ts';
import { keyOfCallback, type PlayRecord, type RecordedCall } from './play-record.ts';
import { reportsOf, textOf } from './seen.ts';
import type { Story } from './story.ts';
import type { Found } from './violation.ts';

/** Looks whether one decision was made of an entry, stored before it was told, and told only as it stands. */
export function judgeReports(record: PlayRecord, key: string, story: Story, found: Found): void {
  const facts = ledgerFacts(record, key);
  const standing = record.standing.get(key);
  if (standing === undefined) found('one answer', `no decision stands in the entry ${key}`);
  for (const id of record.callbackIds.filter((callbackId) => keyOfCallback(record, callbackId) === key)) {
    const reports = reportsOf(record, id, story);
    const putOffs = reports.filter((report) => story.isPutOff(report));
    judgeSame(putOffs, id, found);
    // A service may take the same report twice, and act on it once.
    const acted = record.answers.filter((answer) => answer.callbackId === id);
    if (acted.length > 1) found('one answer', `the service acted on ${acted.length} reports of ${id}`);
    for (const report of reports.filter((other) => !putOffs.includes(other))) {
      const told = standing === undefined ? undefined : requestOf(record, id, story, standing);
      if (!isDeepStrictEqual([report.action, report.input], told)) {
        found(
          'one answer',
          `${id} was reported as ${textOf(report)}, but ${JSON.stringify(told)} stands in the ledger`,
        );
      }
    }
  }
  if (facts.decisions.length > 1) {
    found(
      'one answer',
      `${key} was decided ${facts.decisions.length} times, the last time by ${facts.decisions.at(-1)?.by}`,
    );
  }
  judgeOrder(record, key, facts, story, found);
  judgeCompleter(record, key, story, found);
}

/** `complete` tells only who waits: not a job that was put off, whose answer goes with the next. */
function judgeCompleter(record: PlayRecord, key: string, story: Story, found: Found): void {
  const reports = record.calls.filter(
    (call) => keyOfCallback(record, call.callbackId) === key && story.answerActions.includes(call.action),
  );
  for (const report of reports.filter(({ by }) => by === 'completer')) {
    const putOff = reports.find(
      (other) =>
        other.callbackId === report.callbackId &&
        story.isPutOff(other) &&
        (other.actedAt ?? Number.POSITIVE_INFINITY) < report.order,
    );
    if (putOff !== undefined) {
      found('one answer', `complete told ${report.callbackId}, which had been put off and waits no more`);
    }
  }
}

function judgeSame([first, ...others]: readonly RecordedCall[], id: string, found: Found): void {
  const different = others.find(
    (other) => !isDeepStrictEqual([other.action, other.input], [first?.action, first?.input]),
  );
  if (different !== undefined)
    found('one answer', `${id} was reported as ${textOf(first)} and as ${textOf(different)}`);
}

/** Everything is stored before it is told: a decision before its report, a later run before it is announced. */
function judgeOrder(record: PlayRecord, key: string, facts: LedgerFacts, story: Story, found: Found): void {
  for (const call of record.calls) {
    if (keyOfCallback(record, call.callbackId) !== key) continue;
    const isAnswer = story.answerActions.includes(call.action);
    const isPutOff = isAnswer ? story.isPutOff(call) : call.action === 'sqs:SendMessage';
    if (!isAnswer && !isPutOff) continue;
    const stored = isPutOff ? facts.waits.find((wait) => runOf(wait) >= 2) : facts.decision;
    if ((stored?.actedAt ?? Number.POSITIVE_INFINITY) < call.order) continue;
    const what = isPutOff ? 'the run that it waits for' : 'its decision';
    found('one answer', `${call.callbackId} was told ${textOf(call)} before ${what} stood in the ledger`);
  }
}

function requestOf(record: PlayRecord, id: string, story: Story, standing: Parameters<Story['service']['request']>[1]) {
  const delivery = record.deliveries.get(id);
  if (delivery === undefined) return undefined;
  const { api, operation, input } = story.service.request(delivery.ticket, standing);
  return JSON.parse(JSON.stringify([`${api.service}:${operation}`, input])) as unknown;
}
