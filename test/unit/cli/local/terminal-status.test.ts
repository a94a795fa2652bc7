import { EventEmitter } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { type KeySource, readKeys } from '../../../../lib/cli/local/keys.ts';
import { createTerminal } from '../../../../lib/cli/terminal.ts';

/** What a terminal shows of what is written to it: lines, and where the cursor goes. */
function screen(isTTY: boolean) {
  let lines = [''];
  let row = 0;
  const stream = {
    isTTY,
    columns: 80,
    write(text: string) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the escapes are what a terminal reads
      for (const part of text.match(/\u001b\[1A|\u001b\[2K|\r|\n|[^\u001b\r\n]+/g) ?? []) {
        if (part === '\u001b[1A') row--;
        else if (part === '\u001b[2K') lines[row] = '';
        else if (part === '\n') {
          row++;
          lines[row] ??= '';
        } else if (part !== '\r') lines[row] += part;
      }
      lines = lines.slice(0, Math.max(row + 1, lines.length));
      return true;
    },
  };
  return { stream: stream as unknown as NodeJS.WriteStream, shown: () => lines.join('\n').trimEnd() };
}

describe('a terminal', () => {
  it('keeps its status below every line, however many rows that has', () => {
    const { stream, shown } = screen(true);
    const terminal = createTerminal(stream);
    terminal.status(['status 1', 'keys']);
    terminal.line('first');
    terminal.status(['status 2', 'last refusal', 'keys']);
    terminal.line('second');
    expect(shown()).toBe('first\nsecond\nstatus 2\nlast refusal\nkeys');
    terminal.status([]);
    expect(shown()).toBe('first\nsecond');
  });

  it('drops its line of progress with the next line', () => {
    const { stream, shown } = screen(true);
    const terminal = createTerminal(stream);
    terminal.progress('working');
    expect(shown()).toBe('working');
    terminal.line('done');
    expect(shown()).toBe('done');
  });

  it('shows lines alone where the output is none', () => {
    const { stream, shown } = screen(false);
    const terminal = createTerminal(stream);
    terminal.status(['status']);
    terminal.progress('working');
    terminal.line('first');
    expect(shown()).toBe('first');
  });
});

describe('keys', () => {
  /** A terminal that somebody types on. */
  function keyboard() {
    const keys = new EventEmitter();
    return Object.assign(keys, { isTTY: true, setRawMode: vi.fn(), resume: vi.fn(), pause: vi.fn() });
  }

  it('do what they are for, Ctrl-C interrupts, and others do nothing', () => {
    const source = keyboard();
    const [next, interrupt] = [vi.fn(), vi.fn()];
    const stop = readKeys(source as unknown as KeySource, { interrupt, keys: { n: next } });
    source.emit('data', Buffer.from('nxn'));
    source.emit('data', Buffer.from('\u0003'));
    expect([next.mock.calls.length, interrupt.mock.calls.length]).toEqual([2, 1]);
    stop();
    source.emit('data', Buffer.from('n'));
    expect(next).toHaveBeenCalledTimes(2);
    expect(source.setRawMode).toHaveBeenLastCalledWith(false);
  });

  it('are not read where nobody types', () => {
    const source = Object.assign(keyboard(), { isTTY: false });
    readKeys(source as unknown as KeySource, { interrupt: vi.fn(), keys: {} });
    expect(source.setRawMode).not.toHaveBeenCalled();
  });
});
