import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { encodeCallback } from 'ringback';
import { expect, it, onTestFinished } from 'vitest';
import { createConnection, systemTime } from '../../../lib/aws/index.ts';
import { awaitCredentials } from '../../../lib/cli/ledger/await-credentials.ts';
import { listCallbacks } from '../../../lib/cli/ledger/list-callbacks.ts';
import { runCli } from './run-cli.ts';

const env = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'AKIAEXAMPLEEXAMPLE00', AWS_SECRET_ACCESS_KEY: 'example' };

/** A table whose pages a test answers itself; gives its address. */
async function tableOf(answer: (from: number, response: ServerResponse) => void): Promise<string> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => answer(Number(JSON.parse(body).ExclusiveStartKey?.id.S ?? 0), response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** One entry, and the page behind it where there is one. */
function page(from: number, pages: number): string {
  const entry = { id: { S: `codepipeline#${from}` }, status: { S: 'INPROGRESS' } };
  const more = from + 1 < pages ? { LastEvaluatedKey: { id: { S: `${from + 1}` } } } : {};
  return JSON.stringify({ Items: [entry], ...more });
}

it('waits for a page that a slow network brings', async () => {
  const endpoint = await tableOf((from, response) => void setTimeout(() => response.end(page(from, 1)), 3_000));
  const run = await runCli(['open', '--json', '--table', 'ledger'], { env: { ...env, AWS_ENDPOINT_URL: endpoint } });
  expect(run).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(run.stdout).callbacks).toHaveLength(1);
});

it('reads a ledger that takes minutes and is throttled on each page', async () => {
  let now = systemTime.now();
  const time = { ...systemTime, now: () => now, sleep: async () => undefined };
  const throttled = new Set<number>();
  const endpoint = await tableOf((from, response) => {
    now += 4_000;
    if (throttled.has(from)) return void response.end(page(from, 30));
    throttled.add(from);
    response.writeHead(400).end('{"__type":"ProvisionedThroughputExceededException"}');
  });
  const connection = createConnection({ env: { ...env, AWS_ENDPOINT_URL: endpoint } });
  expect(await listCallbacks({ name: 'ledger', connection }, time)).toHaveLength(30);
});

/** The environment of a profile whose credentials a program gives, which Node runs. */
function profileOf(program: string): Record<string, string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'ringback-profile-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [config, script] = [path.join(folder, 'config'), path.join(folder, 'give.cjs')];
  writeFileSync(script, program);
  writeFileSync(config, `[profile ops]\nregion = us-east-1\ncredential_process = ${process.execPath} ${script}\n`);
  return { AWS_PROFILE: 'ops', AWS_CONFIG_FILE: config, AWS_SHARED_CREDENTIALS_FILE: config, HOME: folder };
}

it('waits for a program that takes its time to give credentials', async () => {
  const endpoint = await tableOf((from, response) => void response.end(page(from, 1)));
  const given = JSON.stringify({ Version: 1, AccessKeyId: env.AWS_ACCESS_KEY_ID, SecretAccessKey: 'example' });
  const profile = profileOf(`setTimeout(() => console.log(${JSON.stringify(given)}), 2_500)`);
  const callback = encodeCallback({ service: 'codepipeline', id: 'job', region: 'us-east-1' });
  const run = await runCli(['progress', callback, '--table', 'ledger'], {
    env: { ...profile, AWS_ENDPOINT_URL: endpoint },
  });
  expect(run.stderr).toBe('ringback: there is no entry of codepipeline job in the table ledger\n');
});

it.each([
  ['a profile that is not there', '', 'gone', 'Could not resolve credentials using profile: [gone] in '],
  [
    'a program that fails',
    "process.stderr.write('the session is over\\n'); process.exitCode = 1;",
    'ops',
    'the program failed: the session is over; ',
  ],
  ['a program that gives no keys', "console.log('sign in first')", 'ops', 'credential_process returned invalid JSON; '],
])('says why there are no credentials: %s', async (_what, program, profile, reason) => {
  const source = { ...profileOf(program), AWS_PROFILE: profile, AWS_EC2_METADATA_DISABLED: 'true' };
  const run = await runCli(['open', '--table', 'ledger', '--region', 'us-east-1'], { env: source });
  expect(run).toMatchObject({ code: 2, stdout: '' });
  expect(run.stderr).toMatch(
    /^ringback: the ledger table ledger in us-east-1 could not be read: there are no AWS credentials: Could not load credentials from any providers \(.*\); sign in/,
  );
  expect(run.stderr).toContain(reason);
  expect(run.stderr).not.toContain('give.cjs');
});

it('waits for credentials no longer than a person would, and says so', async () => {
  const asked = awaitCredentials({ credentials: () => new Promise(() => undefined) }, 'it could not be read', 20);
  await expect(asked).rejects.toThrow(
    'it could not be read: there are no AWS credentials: their source has not answered within 0.02 s; sign in',
  );
});
