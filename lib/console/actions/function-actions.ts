import { ApiError, notThere } from '../api/api-error.ts';
import type { ConsoleParts } from '../api/console-parts.ts';
import { isTooDeep, MOST_DEPTH } from '../too-deep.ts';
import { type ActionBody, optionalText, textOf } from './action-input.ts';
import { developer } from './developer.ts';

/** Sends a function an event, as asynchronous callers do; what was withheld of a known event is put back. */
export async function sendEvent(body: ActionBody, { cloud, withholder }: ConsoleParts): Promise<object> {
  const functionName = textOf(body, 'functionName');
  const known = cloud.lambda.functions().some((fn) => fn.functionName === functionName);
  if (!known) throw notThere('function', functionName);
  const given = parse(textOf(body, 'event'));
  if (isTooDeep(given)) throw new ApiError(400, `the event is nested more than ${MOST_DEPTH} deep`);
  const event = withholder.restore(given);
  await cloud.lambda.invokeEvent(functionName, JSON.stringify(event), { principal: developer(cloud) });
  return { message: `sent to ${functionName}` };
}

/** Hands an event to its function once more, exactly as it came. */
export async function runAgain(body: ActionBody, { cloud, history }: ConsoleParts): Promise<object> {
  const id = textOf(body, 'invocationId');
  const record = history.invocations.get(id);
  if (record === undefined) throw notThere('invocation', id);
  if (record.event === undefined)
    throw new ApiError(409, 'the event was too large or nested too deep to keep, so it cannot be sent again');
  const { functionName, event } = record;
  await cloud.lambda.invokeEvent(functionName, JSON.stringify(event), { principal: developer(cloud) });
  const moment = { at: cloud.clock.now(), kind: 'console', tone: 'plain', detail: '' } as const;
  for (const owedId of record.owedIds) history.note(owedId, { ...moment, title: 'the event is sent again' });
  return { message: `sent to ${functionName} again` };
}

/** Answers an owed answer in the place of whoever was to call `complete`. */
export async function completeOwed(body: ActionBody, parts: ConsoleParts): Promise<object> {
  const id = textOf(body, 'owedId');
  const kind = textOf(body, 'kind') === 'failed' ? 'failed' : 'succeeded';
  const owed = parts.history.owed.get(id);
  if (owed === undefined) throw notThere('owed answer', id);
  if (owed.entry === undefined) {
    throw new ApiError(409, 'its ledger has no entry of it that was seen, so nobody can complete it');
  }
  const reason = optionalText(body, 'reason') ?? (kind === 'failed' ? 'failed in the console' : '');
  const message = await parts.complete(owed.entry, { kind, reason });
  const moment = { at: parts.cloud.clock.now(), kind: 'console', tone: 'plain', detail: reason } as const;
  parts.history.note(id, { ...moment, title: `completed in the console: ${kind}` });
  return { message };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ApiError(400, `the event is not JSON: ${(error as Error).message}`);
  }
}
