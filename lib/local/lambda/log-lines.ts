import { StringDecoder } from 'node:string_decoder';
import { createLineBuffer } from '../kernel/line-buffer.ts';

/** What {@link createLogLines} reports. */
export interface LogLineListener {
  line(text: string): void;
  /** All that the invocation wrote to this stream has been reported. */
  end(requestId: string): void;
}

const END_MARK = '\u001eEND ';

/** Cuts a stream of output into lines, and finds the marks that the runtime client writes after each invocation. */
export function createLogLines(listener: LogLineListener): { write(chunk: Buffer): void; flush(): void } {
  const decoder = new StringDecoder('utf8');
  const lines = createLineBuffer(take);

  function take(line: string): void {
    const mark = line.lastIndexOf(END_MARK);
    const text = mark === -1 ? line : line.slice(0, mark);
    if (text !== '') listener.line(text.endsWith('\r') ? text.slice(0, -1) : text);
    if (mark !== -1) listener.end(line.slice(mark + END_MARK.length));
  }

  return {
    write(chunk) {
      lines.add(decoder.write(chunk));
    },
    flush() {
      lines.add(decoder.end());
      lines.end();
    },
  };
}
