import { execFile } from 'node:child_process';
import { copyFileSync, globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const biome = createRequire(import.meta.url).resolve('@biomejs/biome/bin/biome');

/** A file, what it imports, and whether a wall stands between the two. */
type Import = readonly [file: string, specifier: string];

const refused: readonly Import[] = [
  ['lib/core/report.ts', '../codepipeline/result-api.ts'],
  ['lib/core/report.ts', '../services.ts'],
  ['lib/core/report.ts', '../aws/../codepipeline/result-api.ts'],
  ['lib/core/report.ts', '../..'],
  ['lib/core/report.ts', 'ringback/codepipeline'],
  ['lib/core/ledger/entry.ts', '../../codepipeline/fit.ts'],
  ['lib/aws/json-call.ts', '../core/errors.ts'],
  ['lib/aws/s3/get-object.ts', '../../core/errors.ts'],
  ['lib/archive/extract-zip.ts', '../aws/index.ts'],
  ['lib/archive/extract-zip.ts', '../core/errors.ts'],
  ['lib/aws/s3/get-object.ts', '../../archive/index.ts'],
  ['lib/core/report.ts', '../archive/index.ts'],
  ['lib/codepipeline/job.ts', '../transfer/step.ts'],
  ['lib/codepipeline/artifacts/zip-writer.ts', '../../servicecatalog/index.ts'],
  ['lib/codepipeline/job.ts', '../local/cloud.ts'],
  ['lib/codepipeline/job.ts', '../../infra/index.ts'],
  ['lib/transfer/step.ts', '../codepipeline/fit.ts'],
  ['lib/servicecatalog/operation.ts', '../terraform/run.ts'],
  ['lib/cloudcontrol/follow.ts', '../hooks/hook.ts'],
  ['lib/hooks/hook.ts', '../cli/main.ts'],
  ['lib/terraform/run.ts', '../servicecatalog/result-api.ts'],
  ['lib/services.ts', './codepipeline/index.ts'],
  ['lib/services.ts', './local/index.ts'],
  ['lib/complete.ts', './codepipeline/result-api.ts'],
  ['lib/index.ts', './local/index.ts'],
  ['lib/index.ts', './cli/main.ts'],
  ['lib/index.ts', 'aws-cdk-lib'],
  ['lib/constants.ts', './core/errors.ts'],
  ['lib/constants.ts', 'node:path'],
  ['lib/lifetimes.ts', './constants.ts'],
  ['lib/lifetimes.ts', 'node:path'],
  ['lib/local/cloud.ts', '../lifetimes.ts'],
  ['lib/local/cloud.ts', '../core/errors.ts'],
  ['lib/local/codepipeline/jobs.ts', '../../codepipeline/fit.ts'],
  ['lib/local/identity/policy/policy.ts', '../../../core/secrets/redactor.ts'],
  ['lib/local/cloud.ts', 'ringback'],
  ['lib/local/cloud.ts', '../console/watch-cloud.ts'],
  ['lib/console/watch-cloud.ts', '../cli/main.ts'],
  ['lib/console/watch-cloud.ts', '../core/errors.ts'],
  ['lib/console/state/history.ts', '../../core/errors.ts'],
  ['lib/testing/index.ts', '../cli/main.ts'],
  ['lib/cli/main.ts', '../../infra/index.ts'],
  ['lib/cli/new/template.ts', '../../../infra/index.ts'],
  ['infra/example-app.ts', '../handlers/deployment-gate.ts'],
  ['infra/constructs/ringback.ts', '../../lib/core/ledger/entry.ts'],
  ['infra/constructs/ringback.ts', '../../handlers/last-resort.ts'],
  ['infra/constructs/ringback.ts', 'ringback'],
  ['infra/scenarios/index.ts', '../../lib/core/outcome.ts'],
  ['handlers/deployment-gate.ts', '../lib/codepipeline/index.ts'],
  ['handlers/deployment-gate.ts', 'ringback/local'],
  ['handlers/deployment-gate.ts', 'aws-cdk-lib/aws-lambda'],
  ['examples/pipeline-job.ts', '../lib/index.ts'],
];

const allowed: readonly Import[] = [
  ['lib/core/report.ts', '../aws/index.ts'],
  ['lib/core/report.ts', '../constants.ts'],
  ['lib/core/report.ts', '../lifetimes.ts'],
  ['lib/core/report.ts', './ledger/entry.ts'],
  ['lib/core/ledger/limits.ts', '../errors.ts'],
  ['lib/core/ledger/dynamodb-ledger.ts', '../../aws/index.ts'],
  ['lib/aws/s3/get-object.ts', './s3-client.ts'],
  ['lib/codepipeline/job.ts', '../core/errors.ts'],
  ['lib/codepipeline/job.ts', '../lifetimes.ts'],
  ['lib/codepipeline/artifacts/zip-writer.ts', '../../lifetimes.ts'],
  ['lib/codepipeline/artifacts/zip-writer.ts', '../outcomes.ts'],
  ['lib/codepipeline/artifacts/zip-writer.ts', '../../aws/s3/index.ts'],
  ['lib/codepipeline/artifacts/zip-writer.ts', '../../archive/index.ts'],
  ['lib/terraform/run.ts', '../servicecatalog/index.ts'],
  ['lib/services.ts', './transfer/result-api.ts'],
  ['lib/complete.ts', './services.ts'],
  ['lib/complete.ts', './core/complete.ts'],
  ['lib/local/codepipeline/jobs.ts', '../kernel/clock.ts'],
  ['lib/console/watch-cloud.ts', '../local/cloud.ts'],
  ['lib/console/watch-cloud.ts', './state/history.ts'],
  ['lib/console/state/history.ts', '../../local/kernel/events.ts'],
  ['lib/console/state/history.ts', './records.ts'],
  ['lib/console/state/ledger-write.ts', '../../constants.ts'],
  ['lib/local/identity/policy/policy.ts', '../../kernel/clock.ts'],
  ['lib/testing/index.ts', '../local/wire/wire.ts'],
  ['lib/cli/main.ts', '../local/cloud.ts'],
  ['lib/cli/main.ts', '../../infra/bundling/bundle-handler.ts'],
  ['lib/cli/invoke/bundle.ts', '../../../infra/bundling/bundle-handler.ts'],
  ['lib/cli/invoke/bundle.ts', '../../testing/index.ts'],
  ['infra/constructs/ringback.ts', '../../lib/constants.ts'],
  ['infra/constructs/ringback.ts', '../../lib/lifetimes.ts'],
  ['infra/constructs/ringback.ts', '../bundling/bundle-error.ts'],
  ['infra/scenarios/index.ts', '../../lib/local/scenarios/scenario.ts'],
  ['handlers/deployment-gate.ts', 'ringback/codepipeline'],
  ['examples/pipeline-job.ts', 'ringback/infra'],
  ['test/unit/core/report.test.ts', '../../../lib/local/cloud.ts'],
];

/** The ways in which a file may name another. */
const statements = ['import "X";', 'export * from "X";', 'import type { T } from "X";', 'await import("X");'];

describe('the walls', () => {
  let folder: string;
  let found: ReadonlySet<string>;
  const written = new Map<string, string>();

  /** A file of its own for each import, in the folder of the file that it stands for. */
  function write(file: string, text: string): string {
    const fixed = path.dirname(file) === 'lib';
    const place = fixed ? file : path.join(path.dirname(file), `wall-${written.size}.ts`);
    const target = path.join(folder, fixed ? `${written.size}` : 'all', place);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, `${text}\n`);
    const shown = path.relative(folder, target).split(path.sep).join('/');
    written.set(`${file} ${text}`, shown);
    return shown;
  }
  const isRefused = (file: string, text: string) => found.has(written.get(`${file} ${text}`) ?? '');

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'ringback-walls-'));
    for (const [file, specifier] of [...refused, ...allowed]) write(file, `import "${specifier}";`);
    for (const statement of statements) write('lib/core/report.ts', statement.replace('X', '../cli/main.ts'));
    for (const file of sources()) write(file, `import "${wayOut(file)}";`);
    found = await lint(folder);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(refused)('keep %s from importing %s', (file, specifier) => {
    expect(isRefused(file, `import "${specifier}";`)).toBe(true);
  });

  it.each(allowed)('let %s import %s', (file, specifier) => {
    expect(isRefused(file, `import "${specifier}";`)).toBe(false);
  });

  it.each(statements)('see %s', (statement) => {
    expect(isRefused('lib/core/report.ts', statement.replace('X', '../cli/main.ts'))).toBe(true);
  });

  it('stand around every folder of lib, infra, handlers and examples', () => {
    const open = sources().filter((file) => !isRefused(file, `import "${wayOut(file)}";`));
    expect(open).toEqual([]);
  });
});

/** One file of each folder that ships or is shown. */
function sources(): readonly string[] {
  const files = globSync('{lib,infra,handlers,examples}/**/*.ts', { cwd: root });
  return [...new Map(files.map((file) => [path.dirname(file), file])).values()];
}

/** A way out of the top folder, to a file that nobody may import. */
function wayOut(file: string): string {
  return `${'../'.repeat(file.split(path.sep).length - 1)}outside/of-it.ts`;
}

/** Lints every project below a folder with the walls of this one; gives the files that break a wall. */
async function lint(folder: string): Promise<ReadonlySet<string>> {
  const reports = await Promise.all(
    globSync('*', { cwd: folder }).map(async (project) => {
      const cwd = path.join(folder, project);
      copyFileSync(path.join(root, 'biome.walls.json'), path.join(cwd, 'biome.json'));
      const args = [
        biome,
        'lint',
        '--only=style/noRestrictedImports',
        '--reporter=json',
        '--max-diagnostics=none',
        '.',
      ];
      const { diagnostics } = JSON.parse(await output(args, cwd)) as { diagnostics: { location: { path: unknown } }[] };
      return diagnostics.map(({ location }) => `${project}/${pathOf(location.path)}`);
    }),
  );
  return new Set(reports.flat());
}

function output(args: readonly string[], cwd: string): Promise<string> {
  return new Promise((resolve) => execFile(process.execPath, args, { cwd }, (_error, stdout) => resolve(stdout)));
}

function pathOf(location: unknown): string {
  return typeof location === 'string' ? location : String((location as { file: string }).file);
}
