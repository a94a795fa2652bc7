import path from 'node:path';
import { installCommand } from '../../infra/bundling/install-command.ts';
import type { Command } from './command.ts';
import { findTestRunner, TEST_CHOICES } from './new/find-test-runner.ts';
import { handlerNames } from './new/kind.ts';
import { kinds } from './new/kinds.ts';
import { writeNewFiles } from './new/write-new-files.ts';
import { parseOptions } from './parse-options.ts';
import { createTerminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

const WIDTH = Math.max(...Object.keys(kinds).map((name) => name.length)) + 2;
const list = Object.entries(kinds)
  .map(([name, { summary }]) => `  ${name.padEnd(WIDTH)}${summary}`)
  .join('\n');

/** `ringback new` */
export const newCommand: Command = {
  help: `
ringback new KIND NAME [OPTIONS]

Writes handlers/NAME.ts, a small handler that works, and test/NAME.test.ts, its test; prints the lines that add it to a
CDK stack. NAME is kebab-case, such as release-check, of at most 35 characters. No file is ever written over.

${list}

  --dir DIR      the project's folder (default: here)
  --test RUNNER  ${TEST_CHOICES.join(', ')} (default: what package.json names, else node)
  --json         one JSON document
`,
  async run(args) {
    const { values, positionals } = parseOptions(
      args,
      { dir: { type: 'string' }, test: { type: 'string' }, json: { type: 'boolean' } },
      2,
    );
    const [kindName, name] = positionals;
    if (kindName === undefined || name === undefined) throw new UsageError(`say what: KIND NAME; kinds are\n${list}`);
    const kind = Object.hasOwn(kinds, kindName) ? kinds[kindName] : undefined;
    if (kind === undefined) throw new UsageError(`there is no kind "${kindName}"; kinds are\n${list}`);
    const names = handlerNames(name);
    if (names === undefined) {
      throw new UsageError(
        `the name must be kebab-case of at most 35 characters, such as release-check, but is "${name}"`,
      );
    }
    const { dir = '.' } = values;
    const runner = findTestRunner(dir, values.test);
    const test = runner === undefined ? {} : { [`test/${names.file}.test.ts`]: kind.test(names, runner) };
    const files = await writeNewFiles(dir, { ...kind.files(names), ...test });
    const { given, packages = [] } = kind;
    const events = Object.entries(kind.events(names)).map(([file, event]) => ({ file: path.join(dir, file), event }));
    const infra = kind.infra(names).trim();
    if (values.json === true) {
      process.stdout.write(`${JSON.stringify({ files, infra, packages, events })}\n`);
      return 0;
    }
    const terminal = createTerminal();
    for (const file of files) terminal.line(`${terminal.style('green', '✔')} wrote ${file}`);
    terminal.line(given === undefined ? '\nIn your stack:\n' : `\nIn your stack, where ${given}:\n`);
    terminal.line(infra.replaceAll(/^(?=.)/gm, '  '));
    terminal.line('\nTry it:\n');
    if (packages.length > 0) terminal.line(`  ${installCommand(packages.join(' '), dir)}`);
    for (const { file, event } of events) terminal.line(`  npx ringback invoke ${file} --event ${event}`);
    if (runner !== undefined) terminal.line(`  ${runner.command(files.at(-1) ?? '')}`);
    return 0;
  },
};
