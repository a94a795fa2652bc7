/** What is read of keys. */
export interface KeySource {
  readonly isTTY?: boolean;
  setRawMode?(raw: boolean): unknown;
  on(name: 'data', listener: (text: Buffer) => void): unknown;
  off(name: 'data', listener: (text: Buffer) => void): unknown;
  resume(): unknown;
  pause(): unknown;
}

/** Keys by what is typed; `interrupt` is Ctrl-C, which a terminal in raw mode hands over as a key. */
export interface KeyActions {
  readonly interrupt: () => void;
  readonly keys: Readonly<Record<string, () => void>>;
}

const CTRL_C = '\u0003';

/** Reads keys of a terminal until the result is called; of anything else, none. */
export function readKeys(source: KeySource, { interrupt, keys }: KeyActions): () => void {
  if (source.isTTY !== true || source.setRawMode === undefined) return () => undefined;
  const onData = (text: Buffer) => {
    for (const key of String(text)) {
      if (key === CTRL_C) interrupt();
      else keys[key]?.();
    }
  };
  source.setRawMode(true);
  source.on('data', onData);
  source.resume();
  return () => {
    source.off('data', onData);
    source.setRawMode?.(false);
    source.pause();
  };
}
