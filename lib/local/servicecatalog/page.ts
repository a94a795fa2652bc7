import { pageOf } from '../kernel/page.ts';

/** Cuts a page out of what an operation lists. @throws AwsError InvalidParametersException for the token of another list */
export function page<Item>(
  operation: string,
  items: readonly Item[],
  { PageSize, PageToken }: { readonly PageSize?: number; readonly PageToken?: string },
): { readonly items: readonly Item[]; readonly NextPageToken?: string } {
  const { items: shown, nextToken } = pageOf(items, {
    list: `servicecatalog:${operation}`,
    size: PageSize || DEFAULT_SIZE,
    token: PageToken,
    refusal: 'InvalidParametersException',
  });
  return { items: shown, ...(nextToken === undefined ? {} : { NextPageToken: nextToken }) };
}

const DEFAULT_SIZE = 20;
