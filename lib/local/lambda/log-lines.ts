import { StringDecoder } from 'node:string_decoder';

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
  let rest = '';

  function take(line: string): void {
    const mark = line.lastIndexOf(END_MARK);
    const text = mark === -1 ? line : line.slice(0, mark);
    if (text !== '') listener.line(text.endsWith('\r') ? text.slice(0, -1) : text);
    if (mark !== -1) listener.end(line.slice(mark + END_MARK.length));
  }

  return {
    write(chunk) {
      const lines = (rest + decoder.write(chunk)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) take(line);
    },
    flush() {
      const last = rest + decoder.end();
      rest = '';
      if (last !== '') take(last);
    },
  };
}
