import { invalidParameters } from './catalog-errors.ts';

/** Cuts a page out of a list; the token is the place where the next one begins. @throws AwsError */
export function page<Item>(
  items: readonly Item[],
  { PageSize, PageToken }: { readonly PageSize?: number; readonly PageToken?: string },
  defaultSize = 20,
): { readonly items: readonly Item[]; readonly NextPageToken?: string } {
  const start = PageToken === undefined ? 0 : Number(Buffer.from(PageToken, 'base64url').toString());
  if (!Number.isSafeInteger(start) || start < 0) throw invalidParameters('The page token was not given by this list.');
  const end = start + (PageSize || defaultSize);
  return {
    items: items.slice(start, end),
    ...(end < items.length ? { NextPageToken: Buffer.from(String(end)).toString('base64url') } : {}),
  };
}
