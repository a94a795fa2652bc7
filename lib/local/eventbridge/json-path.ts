import { isRecord } from '../template/is-record.ts';

/**
 * The value at a JSON path of the kind that EventBridge takes: `$`, names after dots or in brackets, indices, `*`.
 *
 * @returns Nothing when there is no such value; a list when the path holds a `*`.
 */
export function readJsonPath(path: string, document: unknown): unknown {
  const steps = stepsOf(path);
  if (steps === undefined) return undefined;
  let values = [document];
  for (const step of steps) {
    values = values.flatMap((value): unknown[] => {
      if (step === '*') return Array.isArray(value) ? value : isRecord(value) ? Object.values(value) : [];
      if (typeof step === 'number') return Array.isArray(value) && step < value.length ? [value[step]] : [];
      return isRecord(value) && Object.hasOwn(value, step) ? [value[step]] : [];
    });
  }
  return steps.includes('*') ? values : values[0];
}

/** Tells whether EventBridge takes a path. */
export function isJsonPath(path: unknown): path is string {
  return typeof path === 'string' && stepsOf(path) !== undefined;
}

function stepsOf(path: string): (string | number)[] | undefined {
  if (!path.startsWith('$')) return undefined;
  const steps: (string | number)[] = [];
  let end = 1;
  for (const match of path.matchAll(/\.(\*|[\w/-]+)|\[(?:(\d+)|(\*)|'([^']*)'|"([^"]*)")\]/g)) {
    if (match.index !== end) return undefined;
    const [whole, dotted, index, star, single, double] = match;
    steps.push(index === undefined ? (dotted ?? star ?? single ?? double ?? '') : Number(index));
    end = match.index + whole.length;
  }
  return end === path.length ? steps : undefined;
}
