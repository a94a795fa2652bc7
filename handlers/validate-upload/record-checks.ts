import { createFieldCheck, type FieldCheck } from './check-field.ts';
import type { Settings } from './settings.ts';

/** Tells what is wrong with a record: nothing, or one text for each problem. */
export type Problems = readonly string[];

type Rules = Pick<Settings, 'fields' | 'moreFields'>;

const NONE: Problems = [];

/** Compiles the checks of objects. */
export function createObjectCheck({ fields, moreFields }: Rules): (record: unknown) => Problems {
  const checks = Object.entries(fields).map(([name, rules]) => [name, createFieldCheck(rules)] as const);
  const names = new Set(Object.keys(fields));
  return (record) => {
    if (typeof record !== 'object' || record === null || Array.isArray(record)) return ['it is no object'];
    const values = record as Readonly<Record<string, unknown>>;
    const problems: string[] = [];
    for (const [name, check] of checks) {
      const problem = check(Object.hasOwn(values, name) ? values[name] : undefined);
      if (problem !== undefined) problems.push(`${name} ${problem}`);
    }
    if (!moreFields) problems.push(...Object.keys(values).flatMap((name) => (names.has(name) ? [] : unexpected(name))));
    return problems;
  };
}

/** Compiles the checks of rows below a header; `problem` says what is wrong with the header itself. */
export function createRowCheck(
  header: readonly string[],
  { fields, moreFields }: Rules,
): { readonly problem: string } | { readonly check: (cells: readonly string[]) => Problems } {
  const names = header.map((cell) => cell.trim());
  const missing = Object.keys(fields).filter((name) => fields[name]?.required && !names.includes(name));
  if (missing.length > 0) return { problem: `the header has no ${missing.join(', ')}` };
  const more = moreFields ? [] : names.filter((name) => !Object.hasOwn(fields, name));
  if (more.length > 0) return { problem: more.map(unexpected).join(', ') };
  const checks: readonly (FieldCheck | undefined)[] = names.map((name) => {
    const rules = Object.hasOwn(fields, name) ? fields[name] : undefined;
    return rules && createFieldCheck(rules);
  });
  return {
    check(cells) {
      if (cells.length !== names.length) return [`it has ${cells.length} cells, the header ${names.length}`];
      let problems: string[] | undefined;
      for (let column = 0; column < cells.length; column++) {
        const problem = checks[column]?.(cells[column]);
        if (problem === undefined) continue;
        problems ??= [];
        problems.push(`${names[column]} ${problem}`);
      }
      return problems ?? NONE;
    },
  };
}

function unexpected(name: string): string {
  return `${name.slice(0, 40)} is not expected`;
}
