import { beforeEach, describe, expect, it } from 'vitest';
import { createHistory, HISTORY_LIMITS, type History } from '../../../lib/console/state/history.ts';
import { isOpen } from '../../../lib/console/state/records.ts';
import type { CloudEvents } from '../../../lib/local/kernel/events.ts';

let history: History;
let at: number;

beforeEach(() => {
  history = createHistory();
  at = 1_000_000;
});

/** Lets an event happen a second after the one before. */
function take<Name extends keyof CloudEvents>(name: Name, event: CloudEvents[Name]): void {
  at += 1_000;
  history.take(name, event, at);
}

const JOB = '0a1b2c3d-0000-4000-8000-00000000000';
const WAITER = 'action-execution-1';

function deliver(number = 1, waiterId = WAITER): void {
  const owed = { service: 'codepipeline', callbackId: `${JOB}${number}`, waiterId, detail: 'Web/Gate/Healthy' };
  take('delivery', { ...owed, functionName: 'gate', deadline: at + 60_000 });
}

function begin(event: unknown, attempt = 1, requestId = 'request-1', functionName = 'gate'): void {
  take('invocation', { functionName, requestId, attempt, event });
  take('environment', { functionName, requestId, attempt, environmentId: 'environment-1' });
}

function end(
  options: { error?: { errorType: string; errorMessage: string }; attempt?: number; id?: string } = {},
): void {
  const { error, attempt = 1, id: requestId = 'request-1' } = options;
  const ended = { functionName: 'gate', requestId, attempt, durationMs: 12, coldStart: false };
  take('invocationEnd', error === undefined ? ended : { ...ended, error });
}

function call(operation: string, options: Partial<CloudEvents['call']> = {}): void {
  const caller = { principal: 'arn:role', functionName: 'gate', environmentId: 'environment-1' };
  take('call', { service: 'codepipeline', operation, ...caller, status: 200, requestId: `call-${at}`, ...options });
}

function ledgerWrite(values: Readonly<Record<string, object>>): void {
  const input = { TableName: 'ledger', Key: { id: { S: `codepipeline#${JOB}1` } }, ExpressionAttributeValues: values };
  call('UpdateItem', { service: 'dynamodb', input });
}

function answer(kind: CloudEvents['answer']['kind'], detail = '', number = 1): void {
  take('answer', { service: 'codepipeline', callbackId: `${JOB}${number}`, kind, detail, waitedMs: 5_000 });
}

const jobEvent = (number = 1) => ({ 'CodePipeline.job': { id: `${JOB}${number}` } });
const owed = () => history.owed.get(WAITER);
const kinds = () => history.timeline(WAITER).map(({ kind }) => kind);

describe('an owed answer', () => {
  it('is delivered, runs, is decided, and is reported', () => {
    deliver();
    expect(owed()).toMatchObject({ state: 'delivered', functionName: 'gate', deadline: 1_060_000 });
    begin(jobEvent());
    expect(owed()?.state).toBe('running');
    ledgerWrite({ ':status': { S: 'COMPLETED' }, ':data': { S: '{"kind":"succeeded"}' } });
    expect(owed()).toMatchObject({ state: 'decided', entry: { key: `codepipeline#${JOB}1`, table: 'ledger' } });
    call('PutJobSuccessResult');
    answer('succeeded', 'healthy');
    end();
    expect(owed()).toMatchObject({ state: 'reported', outcome: 'succeeded', reason: 'healthy' });
    expect(kinds()).toEqual(['delivery', 'invocation', 'ledger', 'call', 'answer', 'end']);
  });

  it('is found by its event also when the delivery is told after the function began', () => {
    begin(jobEvent());
    deliver();
    expect(owed()?.state).toBe('running');
    expect(history.invocations.get('request-1.1')?.owedIds).toEqual([WAITER]);
  });

  it('is one over all of its continuations, and waits between them', () => {
    deliver();
    begin(jobEvent());
    answer('continued', 'try 1');
    end();
    expect(owed()?.state).toBe('waiting');
    deliver(2);
    begin(jobEvent(2), 1, 'request-2');
    answer('succeeded', 'try 2', 2);
    expect(history.owed.size).toBe(1);
    expect(owed()).toMatchObject({ state: 'reported', callbackIds: [`${JOB}1`, `${JOB}2`], invocations: 2 });
  });

  it('is deferred when the ledger says until when somebody else may answer', () => {
    deliver();
    begin(jobEvent());
    ledgerWrite({ ':phase': { S: 'waiting' }, ':dueAt': { N: '5' }, ':awaitsUntil': { N: '9' } });
    end();
    expect(owed()).toMatchObject({ state: 'deferred', dueAt: 9 });
  });

  it('reaches the last resort when its function is given up, and is reported all the same', () => {
    deliver();
    begin(jobEvent());
    end({ error: { errorType: 'Runtime.ExitError', errorMessage: 'signal: killed' } });
    take('asyncFailure', {
      functionName: 'gate',
      requestId: 'request-1',
      condition: 'RetriesExhausted',
      destination: 'q',
    });
    expect(owed()).toMatchObject({ state: 'last resort', lastResort: true });
    begin({ requestPayload: jobEvent() }, 1, 'request-9', 'last-resort');
    answer('failed', 'it died');
    expect(owed()).toMatchObject({ state: 'reported', outcome: 'failed', lastResort: true });
  });

  it.each([
    [
      'nobody answers in the place of its function',
      () => take('asyncFailure', { functionName: 'gate', requestId: 'request-1', condition: 'x' }),
    ],
    ['its service gives up', () => answer('timedOut', 'no answer within 20 min')],
  ])('is lost when %s', (_, happen) => {
    deliver();
    begin(jobEvent());
    end();
    happen();
    expect(owed()?.state).toBe('lost');
  });

  it('is withdrawn when what waited was stopped', () => {
    deliver();
    take('withdrawal', { service: 'codepipeline', callbackId: `${JOB}1`, detail: 'the execution was stopped' });
    expect(owed()).toMatchObject({ state: 'withdrawn', reason: 'the execution was stopped' });
  });

  it('shows log lines, faults and refusals of its function in its timeline', () => {
    deliver();
    begin(jobEvent());
    take('log', {
      functionName: 'gate',
      requestId: 'request-1',
      line: '{"level":"ERROR","message":"oh"}',
      stream: 'stdout',
    });
    take('notice', { message: 'injected fault kill struck gate after codepipeline:PutJobSuccessResult' });
    take('refusal', { principal: 'arn:role', action: 's3:GetObject', resource: 'arn:bucket', functionName: 'gate' });
    call('GetObject', { service: 's3', status: 403, error: 'AccessDenied' });
    const [log, fault, refused] = history.timeline(WAITER).slice(2);
    expect(log).toMatchObject({ kind: 'log', tone: 'bad', title: 'oh' });
    expect(fault).toMatchObject({ kind: 'fault' });
    expect(refused).toMatchObject({ kind: 'refusal', title: 'not allowed: s3:GetObject', detail: 'on arn:bucket' });
  });
});

describe('what asks for nothing', () => {
  it('is counted and forgotten: a wake-up without work, a poll without jobs', () => {
    begin({ source: 'aws.events' });
    call('PollForJobs', { output: { jobs: [] } });
    end();
    expect(history.tally).toMatchObject({ idleWakes: 1, idlePolls: 1 });
    expect([history.invocations.size, history.calls.size]).toEqual([0, 0]);
  });

  it.each<[string, () => void]>([
    [
      'wrote a line',
      () => take('log', { functionName: 'gate', requestId: 'request-1', line: 'hello', stream: 'stdout' }),
    ],
    ['failed', () => undefined],
  ])('is kept when it %s', (name, happen) => {
    begin({});
    happen();
    end(name === 'failed' ? { error: { errorType: 'Error', errorMessage: 'no' } } : {});
    expect(history.tally.idleWakes).toBe(0);
    expect(history.invocations.size).toBe(1);
  });

  it('holds no metric for a line', () => {
    begin({});
    const line = '{"_aws":{"CloudWatchMetrics":[]},"message":"a workflow step failed"}';
    take('log', { functionName: 'gate', requestId: 'request-1', line, stream: 'stdout' });
    end();
    expect([history.lines.size, history.tally.idleWakes]).toEqual([0, 1]);
  });
});

describe('a history', () => {
  it('is bounded, and what is settled goes before what is open', () => {
    history = createHistory({ ...HISTORY_LIMITS, owed: 10 });
    deliver(1, 'open');
    for (let number = 0; number < 50; number++) {
      take('delivery', { service: 'transfer', callbackId: `c${number}`, waiterId: `w${number}`, detail: 'd' });
      take('answer', { service: 'transfer', callbackId: `c${number}`, kind: 'succeeded', detail: '', waitedMs: 1 });
    }
    expect(history.owed.size).toBe(10);
    expect([...history.owed.values()].filter(isOpen).map(({ id }) => id)).toEqual(['open']);
  });

  it('keeps the beginning and the end of a long timeline', () => {
    history = createHistory({ ...HISTORY_LIMITS, moments: 20 });
    deliver();
    begin(jobEvent());
    for (let line = 0; line < 100; line++) {
      take('log', { functionName: 'gate', requestId: 'request-1', line: `line ${line}`, stream: 'stdout' });
    }
    const titles = history.timeline(WAITER).map(({ title }) => title);
    expect(titles).toHaveLength(20);
    expect([titles[1], titles.at(-1)]).toEqual(['gate begins', 'line 99']);
  });

  it('gives every change a higher version', () => {
    deliver();
    const { version } = history;
    answer('succeeded');
    expect(owed()?.version).toBeGreaterThan(version);
  });
});
