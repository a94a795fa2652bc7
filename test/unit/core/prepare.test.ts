import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished, vi } from 'vitest';
import { startResultEndpoint } from './result-endpoint.ts';

const script = fileURLToPath(new URL('fixtures/prepared-job.ts', import.meta.url));
const ANSWER = ['UpdateItem', 'UpdateItem', 'PutJobSuccessResult'];
/** The init phase stops waiting after half a second; on a slow machine its connections come later all the same. */
const LATER = { timeout: 20_000 };

/** The process of a function, once its init phase is over. */
async function startFunction(endpoint: string, variables: NodeJS.ProcessEnv = {}) {
  const child = fork(script, {
    execArgv: ['--conditions=ringback-source', '--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: {
      PATH: process.env.PATH,
      AWS_LAMBDA_RUNTIME_API: '127.0.0.1:1',
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'AKIAEXAMPLEEXAMPLE00',
      AWS_SECRET_ACCESS_KEY: 'example',
      AWS_ENDPOINT_URL: endpoint,
      RINGBACK_LEDGER_TABLE: 'Ledger',
      RINGBACK_METRICS_NAMESPACE: 'Jobs',
      ...variables,
    },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => output.push(String(chunk)));
  const [ready] = await once(child, 'message');
  expect(ready, output.join('')).toBe('ready');
  return {
    output: () => output.join(''),
    async invoke(id: string): Promise<string> {
      child.send(id);
      return (await once(child, 'message'))[0];
    },
    /** @returns its exit code */
    async end(): Promise<number | null> {
      child.send('end');
      return (await once(child, 'exit'))[0];
    },
  };
}

it('connects in the init phase to the ledger and the result API, asks nothing, and tells nothing', async () => {
  const endpoint = await startResultEndpoint();
  const started = await startFunction(endpoint.url);
  await vi.waitFor(() => expect(endpoint.connections).toHaveLength(2), LATER);
  expect(endpoint.operations).toEqual([]);
  expect(started.output()).toBe('');

  expect(await started.invoke('11111111-abcd-1111-abcd-111111abcdef')).toBe('answered');
  expect(endpoint.operations).toEqual(ANSWER);
  // Nobody of these was asked before.
  const asked = ['span codepipeline job', 'schema asked', 'logic 11111111-abcd-1111-abcd-111111abcdef'];
  await vi.waitFor(() => asked.forEach((line) => void expect(started.output()).toContain(line)), LATER);
  expect(endpoint.connections).toHaveLength(2);
  expect(await started.end()).toBe(0);
});

it('answers at once on new connections where those of the init phase have died, and where they die later', async () => {
  const endpoint = await startResultEndpoint();
  const started = await startFunction(endpoint.url);
  for (const invocation of [1, 2]) {
    endpoint.killStanding();
    expect(await started.invoke(`${invocation}1111111-abcd-1111-abcd-111111abcdef`)).toBe('answered');
  }
  expect(endpoint.operations).toEqual([...ANSWER, ...ANSWER]);
});

it.each([
  ['it is not in Lambda', { AWS_LAMBDA_RUNTIME_API: undefined }],
  ['it has no table', { RINGBACK_LEDGER_TABLE: undefined }],
  ['it has no credentials', { AWS_ACCESS_KEY_ID: undefined }],
  ['its region is none', { AWS_REGION: 'no region' }],
  ['a setting of it cannot be', { RINGBACK_ON_CRASH: 'maybe' }],
  ['it is told not to', { RINGBACK_PREPARE: 'off' }],
])('opens no connection where %s, and starts', async (_why, variables) => {
  const endpoint = await startResultEndpoint();
  const started = await startFunction(endpoint.url, variables);
  expect(endpoint.connections).toHaveLength(0);
  expect(started.output()).toBe('');
});

it('starts where the handshake has no end, or nobody listens', async () => {
  let hasConnected = false;
  const silent = createServer(() => {
    hasConnected = true;
  });
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as AddressInfo;
  const waiting = await startFunction(`https://127.0.0.1:${port}`);
  await vi.waitFor(() => expect(hasConnected).toBe(true), LATER);
  expect(waiting.output()).toBe('');
  silent.close();
  const refused = await startFunction('https://127.0.0.1:1');
  expect(refused.output()).toBe('');
});
