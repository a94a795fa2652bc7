import { describe, expect, it } from 'vitest';
import { createLambdaFixture } from './lambda-fixture.ts';

describe('a handler', () => {
  it.each([
    ['index.mjs', 'export const handler = async ({ n }) => ({ n: n + 1 });'],
    ['index.cjs', 'exports.handler = async ({ n }) => ({ n: n + 1 });'],
    ['index.js', 'exports.handler = ({ n }) => ({ n: n + 1 });'],
    ['index.js', 'export const handler = ({ n }) => ({ n: n + 1 });'],
  ])('in %s returns its result: %s', async (file, source) => {
    const { define, call } = createLambdaFixture();
    await define('add', source, {}, file);
    expect(await call('add', { n: 1 })).toEqual({ result: { n: 2 } });
  });

  it('returns null for nothing', async () => {
    const { define, call } = createLambdaFixture();
    await define('nothing', 'export const handler = () => {};');
    expect(await call('nothing')).toEqual({ result: null });
  });

  it('may await at the top level of its module', async () => {
    const { define, call } = createLambdaFixture();
    await define('waits', 'const x = await Promise.resolve(7); export const handler = () => x;');
    expect(await call('waits')).toEqual({ result: 7 });
  });

  it('may lie in a folder and in an object', async () => {
    const { define, call } = createLambdaFixture();
    const source = 'export const handlers = { run: () => "ran" };';
    await define('nested', source, { Handler: 'src/app.handlers.run' }, 'src/app.mjs');
    expect(await call('nested')).toEqual({ result: 'ran' });
  });

  it('sees no request of the runtime in what it puts in the place of http.request, as tracers do', async () => {
    const { define, call } = createLambdaFixture();
    await define(
      'traces',
      `import http from 'node:http';
       const { request } = http;
       let seen = 0;
       http.request = (...options) => { seen += 1; return request(...options); };
       export const handler = () => seen;`,
    );
    expect(await call('traces')).toEqual({ result: 0 });
    expect(await call('traces')).toEqual({ result: 0 });
  });

  it('gets the documented context', async () => {
    const { define, call } = createLambdaFixture();
    const source = `export const handler = (event, context) => ({
      ...context, remaining: context.getRemainingTimeInMillis() });`;
    const arn = await define('context', source, { MemorySize: 256, Timeout: 600 });
    const { result } = await call('context');
    expect(result).toMatchObject({
      functionName: 'context',
      functionVersion: '$LATEST',
      memoryLimitInMB: '256',
      invokedFunctionArn: arn,
      logGroupName: '/aws/lambda/context',
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      logStreamName: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/),
    });
    const { remaining } = result as { remaining: number };
    expect(remaining).toBeGreaterThan(300_000);
    expect(remaining).toBeLessThanOrEqual(600_000);
  });
});

describe('a failing handler', () => {
  it.each([
    ['throws', 'throw new RangeError("too far")', { errorType: 'RangeError', errorMessage: 'too far' }],
    ['throws text', 'throw "plain"', { errorType: 'string', errorMessage: 'plain', trace: [] }],
    ['returns a BigInt', 'return 1n', { errorType: 'Runtime.JSONStringifyError' }],
  ])('that %s is reported as Unhandled, and its environment lives on', async (_what, statement, expected) => {
    const { define, call, lambda, seen } = createLambdaFixture();
    await define('fails', `export const handler = async () => { ${statement} };`);
    const first = await call('fails');
    await call('fails');
    expect(first.functionError).toBe('Unhandled');
    expect(first.result).toMatchObject(expected);
    expect(lambda.environments()).toHaveLength(1);
    expect(seen('log')[0]?.line).toContain('Invoke Error');
  });

  it.each([
    ['calls process.exit', 'process.exit(3)', 'Runtime exited with error: exit status 3'],
    ['exits with 0', 'process.exit(0)', 'Runtime exited without providing a reason'],
    ['waits for nothing', 'await new Promise(() => {})', 'Runtime exited without providing a reason'],
    [
      'is killed',
      'process.kill(process.pid, "SIGKILL"); await new Promise(() => setTimeout(() => {}, 5000))',
      'Runtime exited with error: signal: killed',
    ],
  ])('that %s ends as Runtime.ExitError, and the next event gets a new process', async (_what, statement, reason) => {
    const { define, call, seen } = createLambdaFixture();
    await define('dies', `export const handler = async ({ die }) => { if (die) { ${statement} } return 'alive'; };`);
    const { result, functionError } = await call('dies', { die: true });
    const requestId = seen('invocation')[0]?.requestId;
    expect(functionError).toBe('Unhandled');
    expect(result).toEqual({
      errorType: 'Runtime.ExitError',
      errorMessage: `RequestId: ${requestId} Error: ${reason}`,
    });
    expect(await call('dies')).toEqual({ result: 'alive' });
  });
});

describe('an error that nobody catches', () => {
  const never = 'await new Promise(() => setTimeout(() => {}, 5000))';

  it.each([
    [
      'a rejection',
      `Promise.reject(Object.assign(new Error("lost"), { detail: 7 })); ${never}`,
      { errorType: 'Runtime.UnhandledPromiseRejection', errorMessage: 'Error: lost' },
      'Unhandled Promise Rejection \t{"errorType":"Runtime.UnhandledPromiseRejection","errorMessage":"Error: lost","reason":{"errorType":"Error","errorMessage":"lost","detail":7',
    ],
    [
      'an exception',
      `setTimeout(() => { throw new RangeError("later"); }, 1); ${never}`,
      { errorType: 'RangeError', errorMessage: 'later' },
      'Uncaught Exception \t{"errorType":"RangeError","errorMessage":"later"',
    ],
  ])('%s is logged and reported, and ends the environment', async (_what, statement, expected, line) => {
    const { define, call, seen } = createLambdaFixture();
    await define('stray', `export const handler = async ({ fail }) => { if (fail) { ${statement} } return 'alive'; };`);
    const { result, functionError } = await call('stray', { fail: true });
    expect(functionError).toBe('Unhandled');
    expect(result).toMatchObject(expected);
    expect(seen('log').map((log) => log.line)).toContainEqual(expect.stringContaining(line));
    expect(await call('stray')).toEqual({ result: 'alive' });
  });

  it('reaches listeners that the function finds and may replace', async () => {
    const { define, call } = createLambdaFixture();
    await define(
      'replaces',
      `const counts = ['uncaughtException', 'unhandledRejection'].map((name) => process.listenerCount(name));
       process.removeAllListeners('unhandledRejection');
       process.on('unhandledRejection', () => {});
       export const handler = async () => { Promise.reject(new Error('quiet')); return counts; };`,
    );
    expect(await call('replaces')).toEqual({ result: [1, 1] });
  });
});

describe('the log of a thrown error', () => {
  it.each([
    [
      'all enumerable members, and those of errors within',
      `Object.assign(new TypeError('refused'), { code: 'E1', request: { headers: { authorization: 'Bearer x' } }, inner: Object.assign(new Error('deep'), { secret: 1 }) })`,
      {
        errorType: 'TypeError',
        errorMessage: 'refused',
        code: 'E1',
        request: { headers: { authorization: 'Bearer x' } },
        inner: { errorType: 'Error', errorMessage: 'deep', secret: 1 },
      },
    ],
    ['a text as an error', `'plain'`, { errorType: 'Error', errorMessage: 'plain' }],
    [
      'no more than the report where members go in circles',
      `(() => { const error = new Error('round'); error.self = { error }; error.self.self = error.self; return error; })()`,
      { errorType: 'Error', errorMessage: 'round', trace: expect.any(Array) },
    ],
    ['what cannot be read as "handled"', `Object.assign(new Error(''), { message: { not: 'text' } })`, {}],
  ])('shows %s', async (_what, thrown, expected) => {
    const { define, call, seen } = createLambdaFixture();
    await define('throws', `export const handler = async () => { throw ${thrown}; };`);
    await call('throws');
    const line = seen('log')[0]?.line ?? '';
    const [, detail = ''] = line.split('\tERROR\tInvoke Error \t');
    expect(JSON.parse(detail)).toMatchObject(expected);
  });

  it('is apart from the report, which has type, message and trace only', async () => {
    const { define, call } = createLambdaFixture();
    await define(
      'throws',
      `export const handler = async () => { throw Object.assign(new Error('no'), { secret: 1 }); };`,
    );
    const { result } = await call('throws');
    expect(Object.keys(result as object).sort()).toEqual(['errorMessage', 'errorType', 'trace']);
  });
});

describe('the init phase', () => {
  it.each([
    [
      'a missing export',
      'export const other = 1;',
      { errorType: 'Runtime.HandlerNotFound', errorMessage: 'index.handler is undefined or not exported' },
    ],
    [
      'an export that is no function',
      'export const handler = 1;',
      { errorType: 'Runtime.HandlerNotFound', errorMessage: 'index.handler is not a function' },
    ],
    ['an error at import', 'throw new TypeError("at import");', { errorType: 'TypeError', errorMessage: 'at import' }],
    ['a syntax error', 'export const handler = (', { errorType: 'Runtime.UserCodeSyntaxError' }],
    [
      'a callback parameter',
      'export const handler = (a, b, c) => c();',
      { errorType: 'Runtime.CallbackHandlerDeprecated' },
    ],
    [
      'process.exit at import',
      'process.exit(4);',
      { errorType: 'Runtime.ExitError', errorMessage: expect.stringContaining('exit status 4') },
    ],
  ])('reports %s to the invocation that waits', async (_what, source, expected) => {
    const { define, call } = createLambdaFixture();
    await define('broken', source);
    const { result, functionError } = await call('broken');
    expect(functionError).toBe('Unhandled');
    expect(result).toMatchObject(expected);
  });

  it('reports a missing file as Runtime.ImportModuleError', async () => {
    const { define, call } = createLambdaFixture();
    await define('missing', '', {}, 'other.mjs');
    expect((await call('missing')).result).toMatchObject({ errorType: 'Runtime.ImportModuleError' });
  });

  it('runs again for the next invocation and recovers', async () => {
    const { define, call } = createLambdaFixture();
    const source = `
      import { existsSync, writeFileSync } from 'node:fs';
      const mark = new URL('./second', import.meta.url);
      if (!existsSync(mark)) { writeFileSync(mark, ''); throw new Error('first init'); }
      export const handler = () => 'recovered';`;
    await define('flaky', source);
    expect((await call('flaky')).result).toMatchObject({ errorMessage: 'first init' });
    expect(await call('flaky')).toEqual({ result: 'recovered' });
  });

  it('is given up after its limit', async () => {
    const { define, call } = createLambdaFixture({ initLimitMs: 300 });
    await define('slow', 'await new Promise((r) => setTimeout(r, 20000)); export const handler = () => 1;');
    expect((await call('slow')).result).toMatchObject({ errorType: 'Sandbox.Timedout' });
  });
});

describe('the limits of an environment', () => {
  it('kills a function at its deadline', async () => {
    const { define, call, seen, until } = createLambdaFixture();
    await define('sleeper', 'export const handler = () => new Promise((r) => setTimeout(r, 20000));', { Timeout: 1 });
    const { result } = await call('sleeper');
    const requestId = seen('invocation')[0]?.requestId;
    expect(result).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringMatching(
        new RegExp(`^RequestId: ${requestId} Error: Task timed out after 1\\.00 seconds$`),
      ),
    });
    expect(await until('invocationEnd')).toMatchObject({ error: { errorType: 'Sandbox.Timedout' } });
  });

  it('kills a busy loop at its deadline', async () => {
    const { define, call } = createLambdaFixture();
    await define('busy', 'export const handler = () => { for (;;); };', { Timeout: 1 });
    expect((await call('busy')).result).toMatchObject({ errorType: 'Sandbox.Timedout' });
  });

  it('kills a function that uses more memory than it has', async () => {
    const { define, call } = createLambdaFixture();
    const source = `export const handler = async () => {
      const kept = [];
      for (;;) { kept.push(Buffer.alloc(20_000_000, 1)); await new Promise((r) => setTimeout(r, 20)); } };`;
    await define('hungry', source, { Timeout: 20 });
    expect((await call('hungry')).result).toEqual({
      errorType: 'Runtime.OutOfMemory',
      errorMessage: expect.stringMatching(/^RequestId: .* Error: Runtime exited with error: signal: killed$/),
    });
  });

  it.runIf(process.platform === 'linux')(
    'tells the most memory that an environment has held over all its invocations, and the limit',
    async () => {
      const { define, call, seen } = createLambdaFixture();
      await define('holds', 'export const handler = ({ mb }) => { Buffer.alloc(mb * 1_048_576, 1); };', {
        MemorySize: 512,
      });
      for (const mb of [0, 150, 0]) expect(await call('holds', { mb })).toEqual({ result: null });
      const peaks = seen('invocationEnd').map(({ memory }) => memory?.peakMb ?? 0);
      expect(seen('invocationEnd').map(({ memory }) => memory?.limitMb)).toEqual([512, 512, 512]);
      expect(peaks[0]).toBeLessThan(150);
      expect(peaks[1]).toBeGreaterThan(150);
      expect(peaks[2]).toBeGreaterThanOrEqual(peaks[1] ?? 0);
    },
  );

  it('ends a function whose heap is full', async () => {
    const { define, call } = createLambdaFixture();
    const source = 'export const handler = () => { const k = []; for (;;) k.push(new Array(1000).fill({})); };';
    await define('heap', source, { Timeout: 20 });
    expect((await call('heap')).result).toMatchObject({
      errorMessage: expect.stringMatching(/signal: (aborted|killed)$/),
    });
  });

  it('refuses a response over 6 MB and keeps the environment', async () => {
    const { define, call } = createLambdaFixture();
    await define('big', 'export const handler = ({ n }) => "x".repeat(n);');
    expect((await call('big', { n: 6_291_554 })).functionError).toBeUndefined();
    expect((await call('big', { n: 6_291_555 })).result).toMatchObject({ errorType: 'Function.ResponseSizeTooLarge' });
    expect(await call('big', { n: 1 })).toEqual({ result: 'x' });
  });
});
