import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import headless from '@xterm/headless';

/* Draws what a terminal shows at the end of a run, as docs/terminal.svg: `npm run pictures`. It needs `script` of util-linux. */

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const COLUMNS = 112;
const ROWS = 1_000;
/** How many of the last lines are shown. */
const SHOWN = 30;
const FONT = { size: 13, width: 7.83, line: 18 } as const;
const INK = '#d8dee9';
/** The eight colours of SGR 30 to 37, and the bright ones. */
const PALETTE = ['#6b7686', '#ff7b72', '#7ee787', '#e3b341', '#79c0ff', '#d2a8ff', '#76e3ea', INK];

const COMMAND = [
  'node --conditions=ringback-source lib/cli/main.ts local --scenarios infra/scenarios/index.ts --scenario-speed 240 --once --port 0',
  '--scenario pipeline-succeeds --scenario transfer-good-file --scenario transfer-bad-file',
].join(' ');

/** Everything that the command writes to a terminal. */
function record(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'ringback-terminal-'));
  const file = path.join(folder, 'typescript');
  try {
    const line = `stty cols ${COLUMNS} rows 40; ${COMMAND}`;
    execFileSync('script', ['-qec', line, file], {
      cwd: ROOT,
      stdio: 'ignore',
      env: { ...process.env, TERM: 'xterm-256color' },
    });
    return readFileSync(file, 'utf8')
      .replace(/^Script started.*\n/, '')
      .replace(/\nScript done.*\n?$/s, '');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A run of cells that look alike. */
interface Span {
  readonly text: string;
  readonly style: string;
}

/** The lines that are on the screen when the run is over, each as spans. */
async function screenOf(output: string): Promise<readonly (readonly Span[])[]> {
  const terminal = new headless.Terminal({ cols: COLUMNS, rows: ROWS, allowProposedApi: true, convertEol: true });
  await new Promise<void>((resolve) => terminal.write(output, resolve));
  const buffer = terminal.buffer.active;
  const lines: Span[][] = [];
  for (let row = 0; row <= buffer.baseY + buffer.cursorY; row++) {
    const spans: { text: string; style: string }[] = [];
    for (let column = 0; column < COLUMNS; column++) {
      const cell = buffer.getLine(row)?.getCell(column);
      if (cell === undefined) break;
      const colour = cell.isFgPalette() ? (PALETTE[cell.getFgColor() % PALETTE.length] ?? INK) : INK;
      const style = `fill="${colour}"${cell.isBold() ? ' font-weight="bold"' : ''}${cell.isDim() ? ' opacity="0.6"' : ''}`;
      const text = cell.getChars() || ' ';
      const last = spans.at(-1);
      if (last?.style === style) last.text += text;
      else spans.push({ text, style });
    }
    const last = spans.at(-1);
    if (last !== undefined) last.text = last.text.trimEnd();
    lines.push(spans.filter(({ text }) => text !== ''));
  }
  while (lines.length > 0 && lines.at(-1)?.length === 0) lines.pop();
  return lines;
}

const lines = (await screenOf(record())).slice(-SHOWN);
const width = Math.ceil(COLUMNS * FONT.width + 40);
const height = lines.length * FONT.line + 52;
const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const rows = lines.map((spans, index) => {
  const parts = spans.map(({ text, style }) => `<tspan ${style}>${escaped(text)}</tspan>`).join('');
  return `  <text x="20" y="${48 + index * FONT.line}" xml:space="preserve">${parts}</text>`;
});
writeFileSync(
  path.join(ROOT, 'docs/terminal.svg'),
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="The end of a run of the local cloud in a terminal" font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="${FONT.size}">
  <rect width="${width}" height="${height}" rx="10" fill="#161b22"/>
  <circle cx="24" cy="20" r="6" fill="#30363d"/><circle cx="44" cy="20" r="6" fill="#30363d"/><circle cx="64" cy="20" r="6" fill="#30363d"/>
${rows.join('\n')}
</svg>
`,
);
