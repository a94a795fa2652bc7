import type { Command } from './command.ts';
import { type HandlerKind, handlerNames } from './new/kind.ts';
import { pipelineJobKind } from './new/pipeline-job.ts';
import { writeNewFiles } from './new/write-new-files.ts';
import { parseOptions } from './parse-options.ts';
import { createTerminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

const kinds: Readonly<Record<string, HandlerKind>> = {
  'pipeline-job': pipelineJobKind,
};

const list = Object.entries(kinds)
  .map(([name, { summary }]) => `  ${name.padEnd(16)} ${summary}`)
  .join('\n');

/** `ringback new` */
export const newCommand: Command = {
  name: 'new',
  summary: 'write a handler and its test, and show how to deploy it',
  help: `
ringback new KIND NAME [OPTIONS]

Writes handlers/NAME.ts, a small handler that works, and test/NAME.test.ts, its test (vitest); prints the lines that
add it to a CDK stack. NAME is kebab-case, such as release-check. No file is ever written over.

${list}

  --dir DIR   the project's folder (default: here)
  --json      one JSON document
`,
  async run(args) {
    const { values, positionals } = parseOptions(args, { dir: { type: 'string' }, json: { type: 'boolean' } }, 2);
    const [kindName, name] = positionals;
    const known = Object.keys(kinds).join(', ');
    if (kindName === undefined || name === undefined) throw new UsageError(`say what: KIND NAME; kinds are ${known}`);
    const kind = Object.hasOwn(kinds, kindName) ? kinds[kindName] : undefined;
    if (kind === undefined) throw new UsageError(`there is no kind "${kindName}"; kinds are ${known}`);
    const names = handlerNames(name);
    if (names === undefined) {
      throw new UsageError(`the name must be kebab-case, such as release-check, but is "${name}"`);
    }
    const files = await writeNewFiles(values.dir ?? '.', kind.files(names));
    const infra = kind.infra(names).trim();
    if (values.json === true) {
      process.stdout.write(`${JSON.stringify({ files, infra })}\n`);
      return 0;
    }
    const terminal = createTerminal();
    for (const file of files) terminal.line(`${terminal.style('green', '✔')} wrote ${file}`);
    terminal.line('\nIn your stack:\n');
    terminal.line(infra.replaceAll(/^(?=.)/gm, '  '));
    terminal.line('\nTry it:\n');
    terminal.line(`  npx ringback invoke ${files[0]} --event ${kind.sample}`);
    terminal.line(`  npx vitest run ${files[1]}`);
    return 0;
  },
};
