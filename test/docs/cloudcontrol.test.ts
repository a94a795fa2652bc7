import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { meaningOf } from '../../lib/cloudcontrol/failure-table.ts';
import { HANDLER_ERROR_CODES } from '../../lib/local/cloudcontrol/handler-error.ts';

/** The rows of the table of failures in docs/cloudcontrol.md, one a code. */
const page = readFileSync(new URL('../../docs/cloudcontrol.md', import.meta.url), 'utf8');
const table = /\| code \| category.*?\n\n/s.exec(page)?.[0] ?? '';
const rows = [...table.matchAll(/^\| (.+?) \| (\w+), .+? \| (yes|no|to update and delete).*\|$/gm)].flatMap(
  ([, codes = '', category, anew]) =>
    codes.split(', ').flatMap((code) => (code === 'a hook' ? [] : [{ code, category, anew }])),
);

describe('docs/cloudcontrol.md', () => {
  it('has a row for every code of Cloud Control', () => {
    expect(rows.map(({ code }) => code)).toEqual(expect.arrayContaining([...HANDLER_ERROR_CODES]));
  });

  it.each(rows)('says of $code what is done', ({ code, category, anew }) => {
    const isMadeAnew = (operation: 'CREATE' | 'UPDATE') =>
      meaningOf({ code, message: '', operation }).retryAfterMs !== undefined;
    expect(meaningOf({ code, message: '', operation: 'CREATE' }).category).toBe(category);
    expect([isMadeAnew('CREATE'), isMadeAnew('UPDATE')]).toEqual([anew === 'yes', anew !== 'no']);
  });
});
