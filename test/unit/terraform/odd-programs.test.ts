import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunRequest, startLocalRuns } from './local-run.ts';

const CONFIGURATION = {
  'main.tf':
    'output "id" { value = "i-1" }\noutput "password" {\n  value     = "hunter2-secret"\n  sensitive = true\n}\n',
};
const OUTPUTS = { id: { value: 'i-1' }, password: { value: 'hunter2-secret', sensitive: true } };
const WARNING = "console.log('Warning: a {thing} is deprecated\\n')";
const BEGIN = `say({ type: 'apply_start', hook: { resource: { addr: 'a.b' }, action: 'create' } })`;
const KILL = `process.kill(process.pid, 'SIGKILL')`;
const HANG = 'setInterval(() => {}, 1_000)';

/** A program that takes part of Terraform's commands: `before` says what it does first, by command. */
const programOf = (before: Readonly<Record<string, string>>) => `#!${process.execPath}
const { writeFileSync } = require('node:fs');
const [command, ...rest] = process.argv.slice(2);
const say = (message) => console.log(JSON.stringify(message));
const outputs = ${JSON.stringify(OUTPUTS)};
let isDone = false;
const done = () => { isDone = true; };
if (command === 'plan') writeFileSync(rest.find((one) => one.startsWith('-out=')).slice(5), 'plan');
${Object.entries(before)
  .map(([command, work]) => `if (command === '${command}') { ${work} }`)
  .join('\n')}
if (!isDone && command === 'apply') {
  ${BEGIN};
  say({ type: 'outputs', outputs: { ...outputs, password: { sensitive: true } } });
}
if (!isDone && command === 'show') say({ format_version: '1.2' });
if (!isDone && command === 'output') console.log(JSON.stringify(outputs, null, 2));
`;

describe('a program in the place of Terraform', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'odd-programs-'));
  let local: Awaited<ReturnType<typeof startLocalRuns>>;
  let programs = 0;
  beforeAll(async () => {
    local = await startLocalRuns();
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await local?.stop();
  });

  async function run(before: Readonly<Record<string, string>>, more: RunRequest = {}) {
    const binary = path.join(folder, `tofu-${++programs}`);
    writeFileSync(binary, programOf(before), { mode: 0o755 });
    const settings = { sensitiveOutputs: { parameterStorePrefix: '/shop' } };
    return local.run({ binary, files: CONFIGURATION, product: `pp-${programs}`, settings, ...more });
  }

  it.each([
    ['before', { show: WARNING, output: WARNING }],
    ['behind', { show: `say({ format_version: '1.2' }); ${WARNING}; done()` }],
  ])('may warn %s its JSON', async (_where, before) => {
    const plans: unknown[] = [];
    const beforeApply = ({ plan }: { readonly plan: unknown }) => void plans.push(plan);
    expect(await run(before, { hooks: { beforeApply } })).toMatchObject({
      kind: 'succeeded',
      details: { outputs: [{ key: 'id', value: 'i-1' }, { key: 'password' }] },
    });
    expect(plans).toEqual([{ format_version: '1.2' }]);
  });

  it.each([
    [
      'is killed',
      `process.stdout.write('{"password":{"value":"hunter2-secret"'); ${KILL}; done()`,
      /was ended by SIGKILL/,
    ],
    ['fails', `console.error('no state'); process.exit(1)`, /ended with 1: no state/],
    ['prints nothing', 'done()', /printed nothing/],
    ['prints something else', `console.log('null'); done()`, /printed no JSON/],
  ])('has applied everything where output %s, and shows no part of a value', async (_name, output, reason) => {
    const outcome = await run({ output });
    expect(outcome).toMatchObject({
      kind: 'failed',
      reason: expect.stringMatching(/^everything is applied, but its outputs could not be read/),
    });
    expect(outcome).toMatchObject({ reason: expect.stringMatching(reason) });
    expect(JSON.stringify([outcome, local.lines])).not.toContain('hunter2');
  });

  it('is said to have left its state behind when it is killed in an apply', async () => {
    expect(await run({ apply: `${BEGIN}; ${KILL}; done()` })).toMatchObject({
      reason: expect.stringMatching(
        /^terraform apply was ended by SIGKILL, .*; what it had begun may be missing in the state/,
      ),
    });
  });

  it('is said so, too, when it does not end in time', async () => {
    const apply = `process.on('SIGINT', () => {}); ${BEGIN}; ${HANG}; done()`;
    expect(await run({ apply }, { limitMs: 5_000 })).toMatchObject({
      reason: expect.stringMatching(
        /^terraform apply was stopped when its time was over; it was ended by SIGKILL, and what it had begun may be missing/,
      ),
    });
  });

  it('may speak in colours, of which the reason has none', async () => {
    const apply = `console.error('\\u001b[31mError: no\\u001b[0m'); process.exit(1)`;
    expect(await run({ apply })).toMatchObject({ reason: expect.stringMatching(/ended with 1: Error: no \[/) });
  });
});
