import type { Bundle } from '../../infra/index.ts';
import { isCode } from './subjects.ts';

/** What a bundle holds of one package. */
export interface Share {
  /** The package; `ringback` for this project's own code, `(builtins)` for the stubs that reach Node's modules. */
  readonly from: string;
  /** Bytes in the files that every cold start loads. */
  readonly atStart: number;
  /** Bytes in chunks that are loaded when they are needed. */
  readonly onDemand: number;
}

/** The shares of a bundle, the largest first. */
export function compositionOf({ files }: Bundle): readonly Share[] {
  const shares = new Map<string, { from: string; atStart: number; onDemand: number }>();
  for (const file of files.filter(isCode)) {
    for (const [input, bytes] of Object.entries(file.inputs)) {
      const from = packageOf(input);
      const share = shares.get(from) ?? { from, atStart: 0, onDemand: 0 };
      share[file.atStart ? 'atStart' : 'onDemand'] += bytes;
      shares.set(from, share);
    }
  }
  return [...shares.values()].sort((a, b) => b.atStart + b.onDemand - a.atStart - a.onDemand);
}

function packageOf(input: string): string {
  if (input.startsWith('builtin:')) return '(builtins)';
  return /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? 'ringback';
}
