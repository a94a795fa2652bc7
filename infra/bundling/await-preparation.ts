import type { OutputFile } from 'esbuild';
import { PREPARED } from '../../lib/constants.ts';

/** The statement that ends an entry: Lambda's init phase lasts until what `lib/core/prepare.ts` does is done. */
const STATEMENT = `await globalThis[Symbol.for(${JSON.stringify(PREPARED)})];`;
const SOURCE_MAP = '//# sourceMappingURL=';

/** The text of a bundle's entry with an end that waits for what handlers prepare; without any, that is at once. */
export function awaitPreparation({ text }: Pick<OutputFile, 'text'>): string {
  const at = text.lastIndexOf(SOURCE_MAP);
  const end = at === -1 ? text.length : at;
  const code = text.slice(0, end);
  return `${code}${code.endsWith('\n') ? '' : '\n'}${STATEMENT}\n${text.slice(end)}`;
}
