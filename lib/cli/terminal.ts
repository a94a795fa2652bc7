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
  readonly isInteractive: boolean;
  /** The width of the terminal in characters; undefined where it is none, so that nothing is to be broken. */
  readonly columns: number | undefined;
}

const CLEAR_LINE = '\r\u001b[2K';

/** Creates the terminal of a stream. Colours follow the stream, NO_COLOR and FORCE_COLOR. */
export function createTerminal(stream: NodeJS.WriteStream = process.stdout): Terminal {
  const isInteractive = stream.isTTY === true;
  const colours = process.env.NO_COLOR ? false : process.env.FORCE_COLOR ? true : isInteractive;
  let shown = false;
  const clearProgress = () => {
    if (shown) stream.write(CLEAR_LINE);
    shown = false;
  };
  return {
    isInteractive,
    get columns() {
      return isInteractive ? stream.columns : undefined;
    },
    style: (style, text) => (colours ? styleText(style, text, { validateStream: false }) : text),
    line(text = '') {
      clearProgress();
      stream.write(`${text}\n`);
    },
    progress(text) {
      if (!isInteractive) return;
      stream.write(CLEAR_LINE + text.slice(0, (stream.columns ?? 80) - 1));
      shown = true;
    },
    clearProgress,
  };
}
