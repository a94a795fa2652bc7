import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** Where a command writes for people: coloured and with a line of progress on a terminal, plain elsewhere. */
export interface Terminal {
  line(text?: string): void;
  /** Colours a text, where colours are wanted. */
  style(style: Style, text: string): string;
  /** Shows a line that the next one replaces; on a terminal only. */
  progress(text: string): void;
  /** Takes the line of progress away. */
  clearProgress(): void;
  /** Keeps rows below everything that is written from here on; on a terminal only. None takes them away. */
  status(rows: readonly string[]): void;
  readonly isInteractive: boolean;
  /** The width of the terminal in characters; undefined where it is none, so that nothing is to be broken. */
  readonly columns: number | undefined;
}

const CLEAR_LINE = '\r\u001b[2K';
const UP_AND_CLEAR = '\u001b[1A\u001b[2K';

/** Creates the terminal of a stream. Colours follow the stream, NO_COLOR and FORCE_COLOR. */
export function createTerminal(stream: NodeJS.WriteStream = process.stdout): Terminal {
  const isInteractive = stream.isTTY === true;
  const colours = process.env.NO_COLOR ? false : process.env.FORCE_COLOR ? true : isInteractive;
  let rows: readonly string[] = [];
  let keepsRows = false;
  /** What takes the rows away that are on the screen; the cursor stands at the end of the last one. */
  const away = () => (rows.length === 0 ? '' : CLEAR_LINE + UP_AND_CLEAR.repeat(rows.length - 1));
  const show = (wanted: readonly string[], keeps: boolean) => {
    if (!isInteractive || (wanted.length === 0 && rows.length === 0)) return;
    const text = away() + wanted.join('\n');
    rows = wanted;
    keepsRows = keeps;
    stream.write(text);
  };
  return {
    isInteractive,
    get columns() {
      return isInteractive ? stream.columns : undefined;
    },
    style: (style, text) => (colours ? styleText(style, text, { validateStream: false }) : text),
    line(text = '') {
      const taken = away();
      if (!keepsRows) rows = [];
      stream.write(`${taken}${text}\n${rows.join('\n')}`);
    },
    progress: (text) => show([text.slice(0, (stream.columns ?? 80) - 1)], false),
    clearProgress: () => show([], false),
    status: (wanted) => show(wanted, true),
  };
}
