import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { limits } from '../../lib/codepipeline/fit.ts';
import { environmentVariables } from '../../lib/constants.ts';
import { MARGIN_FLOOR_MS } from '../../lib/core/deadline.ts';
import { STATE_LIMIT_BYTES } from '../../lib/core/ledger/limits.ts';
import { LAST_RESORT_MAX_RECEIVES, LEDGER_RETENTION_SECONDS } from '../../lib/lifetimes.ts';
import { services } from '../../lib/services.ts';
import packageJson from '../../package.json' with { type: 'json' };

const root = fileURLToPath(new URL('../../', import.meta.url));
const documents = globSync('{*.md,docs/**/*.md}', { cwd: root });
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const readme = read('README.md');

describe('the README', () => {
  it('begins with a program of at most 15 lines that is a whole example', () => {
    const [, file, program = ''] = /<!-- (\S+) -->\n```ts\n(.*?)```/s.exec(readme) ?? [];
    expect(program).toBe(read(file ?? ''));
    expect(program.trimEnd().split('\n').length).toBeLessThanOrEqual(15);
  });

  it('lists every service that can be answered', () => {
    const listed = readme.match(/(?<=\n## Services\n).*?(?=\n## )/s)?.[0] ?? '';
    const names = [...listed.matchAll(/^\|[^|]+\|[^|]+\| `([a-z-]+)` \|/gm)].map(([, name]) => name);
    expect(new Set(names)).toEqual(new Set(services.map(({ name }) => name)));
  });

  it('lists every entry of the package', () => {
    const listed = [...readme.matchAll(/^\| `(ringback[a-z/-]*)` \|/gm)].map(([, entry]) => entry);
    const entries = Object.keys(packageJson.exports).filter((entry) => entry !== './package.json');
    expect(new Set(listed)).toEqual(new Set(entries.map((entry) => entry.replace(/^\./, 'ringback'))));
  });

  it.each([
    ['the margin for the answer', `${MARGIN_FLOOR_MS / 1000} s`],
    ['the tries of the last resort', `tried ${LAST_RESORT_MAX_RECEIVES} times`],
    ['the retention of the ledger', `${LEDGER_RETENTION_SECONDS / 86_400} days`],
    ['the largest state', `${STATE_LIMIT_BYTES.toLocaleString('en-US')} bytes`],
    ['the largest variables', `${limits.variablesBytes.toLocaleString('en-US')} bytes`],
  ])('gives %s as the source has it', (_what, text) => {
    expect(readme).toContain(text);
  });
});

describe('docs/deploy.md', () => {
  it.each(Object.values(environmentVariables))('says what %s holds', (name) => {
    expect(read('docs/deploy.md')).toMatch(new RegExp(`^\\|.*\`${name}\`.*\\|.+\\|$`, 'm'));
  });
});

describe.each(documents)('%s', (document) => {
  const text = read(document);

  it('shows programs only that stand in a file', () => {
    for (const [, file, program = ''] of text.matchAll(/(?:<!-- (\S+) -->\n)?```ts\n(.*?)```/gs)) {
      expect(file, `a program without the comment that names its file: ${program.slice(0, 60)}`).toBeDefined();
      expect(read(file ?? '')).toContain(program);
    }
  });

  it('links to files and headings that exist', () => {
    for (const [link, target = '', anchor] of text.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)) {
      const file = target === '' ? document : path.join(path.dirname(document), target);
      expect(existsSync(path.join(root, file)), `${link} leads nowhere`).toBe(true);
      if (anchor !== undefined) expect(headings(read(file)), `${link} has no such heading`).toContain(anchor);
    }
  });

  it('runs npm scripts only that exist', () => {
    const known = Object.keys(packageJson.scripts);
    for (const [, script = ''] of text.matchAll(/npm run ([a-z:-]+)/g)) expect(known).toContain(script);
  });

  it('names no folder of one machine', () => {
    expect(text).not.toMatch(/(?:^|[\s`"'(])\/(?:home|root|Users|work|tmp)\//m);
  });
});

/** The anchors of a document's headings. */
function headings(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^a-z0-9 _-]/g, '')
      .replaceAll(' ', '-'),
  );
}
