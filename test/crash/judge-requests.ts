import type { CrashCase } from './crash-case.ts';
import { ledgerFacts } from './ledger-facts.ts';
import { entryKeysOf, type PlayRecord } from './play-record.ts';
import type { SeenRequest } from './seen-request.ts';
import type { Found } from './violation.ts';

/** Which request a kind of logic makes, and whether its resource is there at the end: `true`, `false`. */
export type ExpectedRequests = Readonly<Record<`${'CREATE' | 'DELETE'} ${string}`, boolean>>;

/**
 * Looks whether each resource was asked for once, its request never lost, and nothing deleted that was there before.
 *
 * A request is lost when nobody asks how it ended. A play that ended in a crash, since its user did not want the logic to
 * run again, may leave one behind, and so may logic that looks at the resource itself and finds it as desired.
 */
export function judgeRequests({ kind }: CrashCase, record: PlayRecord, expected: ExpectedRequests, found: Found): void {
  const { requests } = record;
  judgeClientTokens(record, found);
  for (const request of requests) {
    const what = `${request.operation} ${request.typeName}`;
    const same = requests.filter((other) => `${other.operation} ${other.typeName}` === what);
    if (same.length > 1 && same[0] === request)
      found('each resource once', `${what} ${request.identifier} was asked for by ${same.length} requests`);
    if (!(what in expected)) {
      found('each resource once', `nobody wanted ${what} ${request.identifier}, which is ${request.status}`);
    }
    judgeStored(record, request, found);
    if (!isFollowed(record, request) && !hasCrashed(record) && kind !== 'ensures')
      found('no request is lost', `nobody asked how ${what} ${request.identifier} ended`);
  }
  if (hasCrashed(record)) return;
  for (const [what, exists] of Object.entries(expected)) {
    const request = requests.find(({ operation, typeName }) => `${operation} ${typeName}` === what);
    if (request === undefined) found('no request is lost', `nobody asked to ${what}`);
    else if (request.exists !== exists) {
      found('each resource once', `${request.identifier} ${request.exists ? 'is' : 'is not'} there after all`);
    }
  }
}

/** Whoever asks for the same again uses the same ClientToken: where AWS names a resource, nothing else tells two apart. */
function judgeClientTokens({ calls }: PlayRecord, found: Found): void {
  const tokens = new Map<string, Set<string>>();
  for (const { action, input, actedAt } of calls) {
    if (actedAt === undefined || !/^cloudcontrol:(Create|Delete)Resource$/.test(action)) continue;
    const { ClientToken, ...asked } = input as { readonly ClientToken: string };
    const what = `${action} ${JSON.stringify(asked)}`;
    tokens.set(what, (tokens.get(what) ?? new Set()).add(ClientToken));
  }
  for (const [what, { size }] of tokens) {
    if (size > 1) found('each resource once', `${what} was asked for with ${size} ClientTokens`);
  }
}

/** The token of a request stands in the ledger before anybody asks how far it is. */
function judgeStored(record: PlayRecord, { requestToken, identifier }: SeenRequest, found: Found): void {
  const stored = record.calls.find(
    ({ action, input, actedAt }) =>
      action === 'dynamodb:UpdateItem' && actedAt !== undefined && JSON.stringify(input).includes(requestToken),
  );
  const asked = looksAt(record, requestToken)[0];
  if (asked !== undefined && asked.order < (stored?.actedAt ?? Number.POSITIVE_INFINITY)) {
    found('no request is lost', `it was asked how ${identifier} is going before its token stood in the ledger`);
  }
}

function isFollowed(record: PlayRecord, { requestToken }: SeenRequest): boolean {
  return looksAt(record, requestToken).some(({ actedAt }) => actedAt !== undefined);
}

function looksAt({ calls }: PlayRecord, requestToken: string) {
  return calls.filter(
    ({ action, input }) => action === 'cloudcontrol:GetResourceRequestStatus' && input.RequestToken === requestToken,
  );
}

function hasCrashed(record: PlayRecord): boolean {
  return entryKeysOf(record).some((key) => {
    const standing = record.standing.get(key);
    return (
      standing?.kind === 'failed' &&
      (standing.category === 'crashed' || ledgerFacts(record, key).decision === undefined)
    );
  });
}
