import { readLogLine } from '../log-line.ts';

/**
 * Shows the lines of the structured log to a person. They leave the process through a stream, whoever writes them: the
 * log of the handler's copy of Ringback, or a logger of its own. What is no such line passes as it is.
 *
 * @param show - takes one line's level and text
 * @returns puts the stream back
 */
export function showLogLines(
  stream: NodeJS.WriteStream,
  show: (line: { readonly level: string; readonly text: string }) => void,
): () => void {
  const write = stream.write;
  stream.write = ((chunk: unknown, ...rest: unknown[]) => {
    if (typeof chunk !== 'string' || !chunk.startsWith('{"level":')) {
      return Reflect.apply(write, stream, [chunk, ...rest]) as boolean;
    }
    show(readLogLine(chunk));
    const done = rest.at(-1);
    if (typeof done === 'function') done();
    return true;
  }) as typeof stream.write;
  return () => {
    stream.write = write;
  };
}
