import type { Kernel } from '../kernel/kernel.ts';

/** The ARN of a table or one of its indexes. */
export function tableArn(kernel: Kernel, table: string, index?: string): string {
  const arn = `arn:${kernel.partition}:dynamodb:${kernel.region}:${kernel.accountId}:table/${table}`;
  return index === undefined ? arn : `${arn}/index/${index}`;
}

/** The name of a table that is given by name or by ARN. */
export function tableNameOf(nameOrArn: unknown): string {
  const text = String(nameOrArn ?? '');
  return /^arn:[^:]+:dynamodb:[^:]*:[^:]*:table\/([^/]+)/.exec(text)?.[1] ?? text;
}
