import type { OutputFile } from 'esbuild';
import { PREPARED } from '../../lib/constants.ts';

/** The statement that ends an entry: Lambda's init phase lasts until what `lib/core/prepare.ts` does is done. */
const STATEMENT = `await globalThis[Symbol.for(${JSON.stringify(PREPARED)})];`;
/** Where the source map is stands in the last line; the same text before that is the handler's own, such as a string. */
const SOURCE_MAP = /^\/\/# sourceMappingURL=.*\n?$(?![\s\S])/m;

/** The text of a bundle's entry with an end that waits for what handlers prepare; without any, that is at once. */
export function awaitPreparation({ text }: Pick<OutputFile, 'text'>): string {
  const [mark = ''] = SOURCE_MAP.exec(text) ?? [];
  const code = text.slice(0, text.length - mark.length);
  return `${code}${code.endsWith('\n') ? '' : '\n'}${STATEMENT}\n${mark}`;
}
