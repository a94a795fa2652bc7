import { spawn } from 'node:child_process';
import { createWriteStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { describe, expect, it } from 'vitest';
import yazl from 'yazl';
import { createLambdaFixture, type LambdaFixture, ROLE } from './lambda-fixture.ts';

const COUNTER = 'let n = 0; export const handler = async () => ({ n: ++n, pid: process.pid });';
const WAITER = `export const handler = ({ ms }) => new Promise((resolve) => setTimeout(() => resolve(process.pid), ms));`;

function isAlive(pid: number): boolean {
  try {
    // A child that ended but was not reaped yet still has a pid; its state tells.
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

describe('environments', () => {
  it('are reused one invocation after the other', async () => {
    const { define, call, seen } = createLambdaFixture();
    await define('counter', COUNTER);
    const first = (await call('counter')).result as { pid: number };
    expect((await call('counter')).result).toEqual({ n: 2, pid: first.pid });
    expect(seen('invocationEnd').map(({ coldStart }) => coldStart)).toEqual([true, false]);
  });

  it('handle one invocation each, and are reused after concurrent ones', async () => {
    const { define, call, lambda } = createLambdaFixture();
    await define('waiter', WAITER);
    const pids = await Promise.all([1, 2, 3].map(async () => (await call('waiter', { ms: 300 })).result));
    expect(new Set(pids).size).toBe(3);
    expect(pids).toContain((await call('waiter', { ms: 0 })).result);
    expect(lambda.environments()).toHaveLength(3);
  });

  it('are at most as many as allowed, and a synchronous call beyond is throttled', async () => {
    const { define, call } = createLambdaFixture({ maxEnvironments: 1 });
    await define('waiter', WAITER);
    const running = call('waiter', { ms: 200 });
    await expect(call('waiter')).rejects.toMatchObject({ code: 'TooManyRequestsException', status: 429 });
    await running;
    await expect(call('waiter', { ms: 0 })).resolves.toBeDefined();
  });

  it('respect reserved concurrency', async () => {
    const { define, call } = createLambdaFixture();
    await define('none', WAITER, { ReservedConcurrentExecutions: 0 });
    await expect(call('none')).rejects.toMatchObject({
      code: 'TooManyRequestsException',
      members: { Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' },
    });
  });

  it('let asynchronous events wait for room', async () => {
    const { define, send, until, seen } = createLambdaFixture({ maxEnvironments: 1 });
    await define('counter', COUNTER);
    for (let n = 0; n < 5; n++) await send('counter');
    await until('invocationEnd', ({ result }) => (result as { n: number }).n === 5);
    expect(new Set(seen('invocationEnd').map(({ result }) => (result as { pid: number }).pid)).size).toBe(1);
  });

  it('are replaced when their credentials have ended', async () => {
    const { define, call, kernel } = createLambdaFixture({ speed: 100_000, credentialsSeconds: 60 });
    await define('counter', COUNTER);
    await call('counter');
    await kernel.clock.sleep(120_000);
    expect((await call('counter')).result).toMatchObject({ n: 1 });
  });

  it('are replaced after their process was killed while idle', async () => {
    const { define, call, lambda } = createLambdaFixture();
    await define('counter', COUNTER);
    await call('counter');
    const [environment] = lambda.environments();
    expect(lambda.kill(environment?.environmentId ?? '')).toBe(true);
    await expect.poll(() => lambda.environments()).toEqual([]);
    expect(lambda.kill(environment?.environmentId ?? '')).toBe(false);
    expect((await call('counter')).result).toMatchObject({ n: 1 });
  });

  it('can be killed in the middle of an invocation', async () => {
    const { define, call, lambda, until } = createLambdaFixture();
    await define('waiter', `console.log('up'); ${WAITER}`);
    const running = call('waiter', { ms: 20_000 });
    await until('log', ({ line }) => line === 'up');
    lambda.kill(lambda.environments()[0]?.environmentId ?? '');
    expect((await running).result).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringMatching(/signal: killed$/),
    });
  });

  it('know their function and role, and nothing of the developer', async () => {
    process.env.AWS_PROFILE = 'developer';
    process.env.SOME_SECRET = 'secret';
    const { define, call } = createLambdaFixture();
    await define('env', 'export const handler = () => ({ env: process.env, argv: process.argv.length });', {
      Environment: { Variables: { MINE: 'yes', AWS_ENDPOINT_URL_S3: 'https://example.com' } },
      MemorySize: 256,
    });
    const { env, argv } = (await call('env')).result as { env: Record<string, string>; argv: number };
    delete process.env.AWS_PROFILE;
    delete process.env.SOME_SECRET;
    expect(env).toMatchObject({
      MINE: 'yes',
      TZ: ':UTC',
      _HANDLER: 'index.handler',
      AWS_REGION: 'eu-west-1',
      AWS_DEFAULT_REGION: 'eu-west-1',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
      AWS_ACCESS_KEY_ID: 'ASIALOCAL',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_LAMBDA_FUNCTION_NAME: 'env',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/env',
      AWS_LAMBDA_RUNTIME_API: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      AWS_EC2_METADATA_DISABLED: 'true',
      _X_AMZN_TRACE_ID: expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/),
    });
    expect(Object.keys(env)).not.toEqual(expect.arrayContaining(['AWS_PROFILE']));
    expect(env).not.toHaveProperty('SOME_SECRET');
    expect(env).not.toHaveProperty('AWS_ENDPOINT_URL_S3');
    expect(env.HOME).not.toBe(process.env.HOME);
    expect(argv).toBe(2);
  });

  it('are not ruled by a package.json or node_modules above', async () => {
    const { define, call } = createLambdaFixture();
    const source =
      'exports.handler = async () => { try { await import("zod"); return "found"; } catch { return "missing"; } };';
    await define('apart', source, {}, 'index.js');
    expect(await call('apart')).toEqual({ result: 'missing' });
  });

  it.each([
    ['stopped', async ({ lambda }: LambdaFixture) => lambda.stop()],
    ['killed', async ({ lambda }: LambdaFixture) => lambda.kill(lambda.environments()[0]?.environmentId ?? '')],
    ['left by process.exit', async ({ call }: LambdaFixture) => call('parent', { exit: true })],
  ])('take what a handler started with them when %s', async (_how, end) => {
    const fixture = createLambdaFixture();
    const source = `import { spawn } from 'node:child_process';
      export const handler = ({ exit }) => exit ? process.exit() : spawn('sleep', ['1000'], { stdio: 'ignore' }).pid;`;
    await fixture.define('parent', source);
    const pid = (await fixture.call('parent')).result as number;
    expect(isAlive(pid)).toBe(true);
    await end(fixture);
    await expect.poll(() => isAlive(pid)).toBe(false);
  });
});

describe('time inside a function', () => {
  it('is simulated time, the same for as long as the invocation runs', async () => {
    const { define, call, kernel } = createLambdaFixture({ speed: 100_000 });
    const source = `const atInit = Date.now();
      export const handler = async (event, context) => {
        const before = Date.now();
        await new Promise((r) => setTimeout(r, 50));
        return { atInit, before, after: new Date().getTime(), text: Date(), own: new (class extends Date {})().getTime(),
          isDate: new Date() instanceof Date, fixed: new Date(0).toISOString(), parsed: Date.parse('1970-01-01'),
          remaining: context.getRemainingTimeInMillis() };
      };`;
    await define('time', source, { Timeout: 600 });
    await kernel.clock.sleep(86_400_000);
    const started = kernel.clock.now();
    const time = (await call('time')).result as Record<string, number>;
    const DAY = 80_000_000;
    expect(time.before).toBeGreaterThan(Date.now() + DAY);
    expect(time.atInit).toBeGreaterThanOrEqual(started - 1);
    expect(time.after as number).toBeGreaterThanOrEqual((time.before as number) + 49);
    // At full speed the same 50 ms would be more than an hour.
    expect(time.after as number).toBeLessThan((time.before as number) + 600_000);
    expect(time.own).toBeGreaterThanOrEqual(time.after as number);
    expect(new Date(time.text as number).getTime()).toBeGreaterThan(Date.now() + DAY);
    expect(time.remaining).toBeGreaterThan(300_000);
    expect(time.remaining).toBeLessThan(600_000);
    expect(time).toMatchObject({ isDate: true, fixed: '1970-01-01T00:00:00.000Z', parsed: 0 });
  });

  it('holds the clock while a function runs, init included', async () => {
    const { define, call, kernel } = createLambdaFixture({ speed: 100_000 });
    await define('slow', 'await new Promise((r) => setTimeout(r, 1_000)); export const handler = () => 1;');
    const before = kernel.clock.now();
    const { durationMs } = await call('slow').then(() => ({ durationMs: kernel.clock.now() - before }));
    // At full speed the same second would be more than a simulated day.
    expect(durationMs).toBeLessThan(43_200_000);
  });
});

describe('output', () => {
  it('is told line by line under its request', async () => {
    const { define, call, seen } = createLambdaFixture();
    await define(
      'talks',
      `console.log('init'); export const handler = ({ n }) => {
        console.log(JSON.stringify({ n })); console.error('two\\nlines'); process.stdout.write('no newline'); };`,
    );
    await call('talks', { n: 1 });
    await call('talks', { n: 2 });
    const [first, second] = seen('invocation').map(({ requestId }) => requestId);
    const lines = seen('log').map(({ requestId, line, stream }) => [requestId, stream, line]);
    expect(lines[0]).toEqual([undefined, 'stdout', 'init']);
    for (const [requestId, n] of [[first, 1] as const, [second, 2] as const]) {
      const mine = lines.filter(([id]) => id === requestId).map(([, stream, line]) => `${stream} ${line}`);
      expect(mine.toSorted()).toEqual(
        ['stderr two', 'stderr lines', `stdout {"n":${n}}`, 'stdout no newline'].toSorted(),
      );
    }
    expect(lines).toHaveLength(9);
  });

  it('is told in full before the invocation ends', async () => {
    const { define, call, seen } = createLambdaFixture();
    await define('loud', 'export const handler = () => { for (let i = 0; i < 20000; i++) console.log("line", i); };');
    await call('loud');
    expect(seen('log')).toHaveLength(20_000);
    expect(seen('log').at(-1)?.line).toBe('line 19999');
  });
});

describe('stopping', () => {
  it('ends every process and waits for it', async () => {
    const { define, call, lambda } = createLambdaFixture();
    await define('waiter', WAITER);
    const idle = (await call('waiter', { ms: 0 })).result as number;
    const running = call('waiter', { ms: 20_000 }).catch(() => {});
    await lambda.stop();
    await running;
    expect(isAlive(idle)).toBe(false);
    expect(lambda.environments()).toEqual([]);
  });

  it('happens by itself when the parent is killed', async () => {
    const { kernel } = createLambdaFixture();
    const file = join(import.meta.dirname, 'orphan-parent.ts');
    const parent = spawn(process.execPath, [file, kernel.dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
    const pids = await new Promise<number[]>((resolve) => {
      parent.stdout.once('data', (chunk) => resolve(JSON.parse(String(chunk))));
    });
    expect(pids.map(isAlive)).toEqual([true, true]);
    parent.kill('SIGKILL');
    await expect.poll(() => pids.map(isAlive), { timeout: 5000 }).toEqual([false, false]);
  });
});

describe('the code of a function', () => {
  it('may be a zip archive', async () => {
    const { declare, call, kernel } = createLambdaFixture();
    const archive = new yazl.ZipFile();
    archive.addBuffer(Buffer.from('export { value as handler } from "./lib/value.mjs";'), 'index.mjs');
    archive.addBuffer(Buffer.from('export const value = () => "unzipped";'), 'lib/value.mjs');
    archive.end();
    const file = join(kernel.dataDir, 'code.zip');
    await pipeline(archive.outputStream, createWriteStream(file));
    const { ref } = await declare('AWS::Lambda::Function', {
      Code: { LocalPath: file },
      Handler: 'index.handler',
      Runtime: 'nodejs24.x',
      Role: ROLE,
    });
    expect(ref).toMatch(/^Stack-/);
    expect(await call(ref)).toEqual({ result: 'unzipped' });
  });

  it('may stand in the template', async () => {
    const { define, call } = createLambdaFixture();
    await define('inline', '', { Code: { ZipFile: 'exports.handler = async () => "inline";' } });
    expect(await call('inline')).toEqual({ result: 'inline' });
  });

  it('in another language is told once and refused at each call', async () => {
    const { define, call, seen } = createLambdaFixture();
    await define('python', '', { Runtime: 'python3.13' });
    expect(seen('notice')[0]?.message).toContain('python3.13');
    await expect(call('python')).rejects.toMatchObject({ code: 'InvalidRuntimeException' });
  });

  it.each([
    ['no role', { Role: undefined }, /has no Role/],
    ['a timeout over 15 minutes', { Timeout: 901 }, /Timeout must be .* but is 901/],
    ['a folder that is missing', { Code: { LocalPath: '/does/not/exist' } }, /does not exist/],
    ['a reserved variable', { Environment: { Variables: { AWS_REGION: 'x' } } }, /reserved keys.*AWS_REGION/],
    ['too many variables', { Environment: { Variables: { A: 'x'.repeat(4096) } } }, /4KB limit/],
  ])('with %s is refused', async (_what, properties, message) => {
    const { define } = createLambdaFixture();
    await expect(define('bad', '', properties)).rejects.toThrow(message);
  });

  it('is listed', async () => {
    const { define, lambda } = createLambdaFixture();
    const arn = await define('listed', COUNTER);
    expect(lambda.functions()).toEqual([
      expect.objectContaining({ functionName: 'listed', functionArn: arn, role: ROLE }),
    ]);
  });
});
