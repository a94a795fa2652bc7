import { readFileSync } from 'node:fs';
import * as ringback from 'ringback';
import { ResourceRequestError } from 'ringback/cloudcontrol';
import { describe, expect, it } from 'vitest';
import { ArtifactError } from '../../lib/core/artifact-error.ts';

/** The rows of the first table of docs/errors.md. */
const rows = read('docs/errors.md')
  .split('\n## ')[0]
  ?.matchAll(/^\| `([A-Z_]+)` \| `(\w+)` \| (.+) \| (yes|no|if .+) \| (.+) \|$/gm);
const documented = [...(rows ?? [])].map(([, code, name, , retryable]) => ({ code, name, retryable }));

/** Every error that can be had, as it presents itself; two of them take more than a message. */
const known = [
  ...new Set([...(Object.values(ringback) as unknown[]).filter(isErrorClass), ArtifactError, ResourceRequestError]),
].map((Class) => new Class('a message', { artifact: 'Source' } as never));

describe('docs/errors.md', () => {
  it('has a row for every code in the source, and no other', () => {
    const [, union] = /type RingbackErrorCode =([^;]+);/.exec(read('lib/core/errors.ts')) ?? [];
    const codes = [...(union ?? '').matchAll(/'([A-Z_]+)'/g)].map(([, code]) => code);
    expect(codes.length).toBeGreaterThan(0);
    expect(documented.map(({ code }) => code)).toEqual(codes);
  });

  it('names the class of every code, and no two errors share one', () => {
    const names = Object.fromEntries(known.map(({ code, name }) => [code, name]));
    expect(Object.keys(names)).toHaveLength(known.length);
    expect(Object.fromEntries(documented.map(({ code, name }) => [code, name]))).toEqual(names);
  });

  it.each(known)('says whether $name is retryable', ({ code, retryable }) => {
    const said = documented.find((row) => row.code === code)?.retryable;
    expect(said).toMatch(code === 'ARTIFACT' ? /^if / : retryable ? /^yes$/ : /^no$/);
  });

  it.each(known)('$name is recognised as an error of Ringback', (error) => {
    expect(ringback.isRingbackError(error)).toBe(true);
    expect(error.name).toBe(error.constructor.name);
  });
});

function read(file: string): string {
  return readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
}

/** Tells a class of errors that can be made; the root of them cannot, it has no code. */
function isErrorClass(
  value: unknown,
): value is new (
  message: string,
  details: { artifact: string },
) => ringback.RingbackError {
  return typeof value === 'function' && value !== ringback.RingbackError && value.prototype instanceof Error;
}
