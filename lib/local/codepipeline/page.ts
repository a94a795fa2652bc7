import { AwsError } from '../kernel/aws-error.ts';

/** One page of a list, and the token of the next. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextToken?: string;
}

/** What a caller asks of a list. */
export interface PageRequest {
  readonly maxResults?: number;
  readonly nextToken?: string;
}

/**
 * Cuts a page out of a list. The token names the last item shown, so that items which are added in front meanwhile
 * shift nothing.
 *
 * @throws AwsError InvalidNextTokenException for a token that this list did not give.
 */
export function page<Item>(
  items: readonly Item[],
  idOf: (item: Item) => string,
  request: PageRequest,
  defaultSize = 100,
): Page<Item> {
  const start = request.nextToken === undefined ? 0 : startOf(items, idOf, request.nextToken);
  const end = start + (request.maxResults ?? defaultSize);
  const shown = items.slice(start, end);
  const last = shown.at(-1);
  return {
    items: shown,
    ...(last === undefined || end >= items.length ? {} : { nextToken: Buffer.from(idOf(last)).toString('base64url') }),
  };
}

function startOf<Item>(items: readonly Item[], idOf: (item: Item) => string, token: string): number {
  const id = Buffer.from(token, 'base64url').toString();
  const index = items.findIndex((item) => idOf(item) === id);
  if (index !== -1) return index + 1;
  throw new AwsError('InvalidNextTokenException', 'the next token was not given by this list: start again without one');
}
