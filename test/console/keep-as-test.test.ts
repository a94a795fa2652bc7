import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { pipelineJobEvent } from '../../lib/testing/index.ts';
import { type ConsoleClient, startConsole } from '../unit/console/console-client.ts';

/** Within the repository, so that `ringback/testing` is found by its own name. */
const FOLDER = fileURLToPath(new URL('.', import.meta.url));

let client: ConsoleClient;
let folder: string;
beforeEach(async () => {
  client = await startConsole();
  folder = mkdtempSync(path.join(FOLDER, 'kept-'));
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await client.close();
});

/** Lets the gate fail with a job, as the local cloud tells it. */
function fail(event: object): void {
  const { events } = client.cloud;
  const functionName = 'Stack-Gate1234';
  events.emit('invocation', { functionName, requestId: 'request-1', attempt: 1, event });
  events.emit('environment', { functionName, requestId: 'request-1', attempt: 1, environmentId: 'e1' });
  events.emit('call', {
    service: 'codepipeline',
    operation: 'PutJobFailureResult',
    principal: 'arn:role',
    environmentId: 'e1',
    status: 200,
    requestId: 'call-1',
  });
}

it('an invocation that failed becomes a test that passes, without its secrets', async () => {
  const event = pipelineJobEvent({ parameters: { url: "it's not an address" } });
  fail(event);
  writeFileSync(
    path.join(folder, 'gate.ts'),
    `import { pipelineJob, fail } from 'ringback/codepipeline';
export const handler = pipelineJob<{ url: string }>((job) => fail(job.parameters.url), { parameters: 'json' });`,
  );
  const { json } = await client.get('tests/request-1.1?module=./gate.ts');
  expect(json.fileName).toBe('gate-kept.test.ts');
  const { secretAccessKey } = event['CodePipeline.job'].data.artifactCredentials;
  expect(json.text).not.toContain(secretAccessKey);
  const file = path.join(folder, json.fileName);
  const run = (text: string) => {
    writeFileSync(file, text);
    return promisify(execFile)(process.execPath, ['--conditions=ringback-source', '--test', file]).then(
      ({ stdout }) => stdout,
      ({ stdout }: { stdout: string }) => stdout,
    );
  };
  expect(await run(json.text)).toMatch(/pass 1\b/);
  expect(await run(json.text.replace('PutJobFailureResult', 'PutJobSuccessResult'))).toMatch(/fail 1\b/);
});
