import { describe, expect, it } from 'vitest';
import type { Fault } from '../../../../lib/local/faults/fault.ts';
import { createFaultInjection } from '../../../../lib/local/faults/fault-injection.ts';
import { createEventStream } from '../../../../lib/local/kernel/events.ts';
import type { WireCall } from '../../../../lib/local/wire/interceptor.ts';

const SERVICES = ['codepipeline', 'dynamodb', 's3', 'sqs', 'transfer'];

/** A cloud with one function, Gate, whose process is the environment "e". */
function inject(...faults: (Fault | string)[]) {
  const deeds: string[] = [];
  const notices: string[] = [];
  const events = createEventStream();
  events.on('notice', ({ message }) => notices.push(message));
  const injection = createFaultInjection(
    {
      now: () => 0,
      events,
      services: () => SERVICES,
      functions: () => [{ functionName: 'Stack-Gate-1', logicalId: 'GateA1B2C3D4' }],
      kill: (id, signal) => deeds.push(`${signal} ${id}`) > 0,
      exhaustMemory: (id) => deeds.push(`memory ${id}`) > 0,
    },
    1,
  );
  for (const fault of faults) injection.add(fault);
  return { ...injection, deeds, notices };
}

function call(service: string, operation: string, functionName: string | undefined = 'Stack-Gate-1'): WireCall {
  const principal = { arn: 'arn', kind: 'role', accountId: '1', environmentId: 'e' } as const;
  return {
    service,
    operation,
    requestId: 'r',
    input: {},
    principal: functionName === undefined ? principal : { ...principal, functionName },
  };
}

const answered = { status: 200 };

describe('faults of a call', () => {
  it.each([
    ['kill:before:dynamodb:PutItem', ['SIGKILL e'], { kind: 'reset' }],
    ['hang:before:dynamodb:PutItem', ['SIGSTOP e'], undefined],
    ['oom:before:dynamodb:PutItem', ['memory e'], { kind: 'reset' }],
    ['reset:dynamodb:PutItem', [], undefined],
  ])(
    '%s leaves the service without the call, and with a process without all that it had under way',
    (spec, expected, next) => {
      const { interceptor, deeds } = inject(spec);
      expect(interceptor.before?.(call('dynamodb', 'GetItem'))).toBeUndefined();
      expect(interceptor.before?.(call('dynamodb', 'PutItem'))).toEqual({ kind: 'reset' });
      expect(deeds).toEqual(expected);
      expect(interceptor.before?.(call('dynamodb', 'PutItem'))).toEqual(next);
      expect(deeds).toEqual(expected);
    },
  );

  it.each(['kill:after:codepipeline:Put*', 'lost:codepipeline:Put*'])('%s lets the service act first', (spec) => {
    const { interceptor } = inject(spec);
    expect(interceptor.before?.(call('codepipeline', 'PutJobSuccessResult'))).toBeUndefined();
    expect(interceptor.after?.(call('codepipeline', 'PutJobSuccessResult'), answered)).toEqual({ kind: 'reset' });
  });

  it('throttle and fail in the words of each service', () => {
    const { interceptor } = inject('throttle:*:*', 'error:*:*', 'ledger-down', 'slow:s3:*:delay=3s');
    expect(interceptor.before?.(call('s3', 'PutObject'))).toMatchObject({ error: { code: 'SlowDown', status: 503 } });
    expect(interceptor.before?.(call('codepipeline', 'GetJobDetails'))).toMatchObject({
      error: { code: 'InternalFailure', status: 500 },
    });
    expect(interceptor.before?.(call('dynamodb', 'GetItem'))).toMatchObject({
      error: { code: 'InternalServerError', status: 500 },
    });
    expect(interceptor.before?.(call('s3', 'PutObject'))).toEqual({ kind: 'delay', ms: 3_000 });
  });

  it('mean functions only, by name or logical id, and never the developer', () => {
    const { interceptor } = inject('error:*:*:fn=Gate:times=all');
    expect(interceptor.before?.(call('s3', 'PutObject'))).toBeDefined();
    expect(interceptor.before?.(call('s3', 'PutObject', 'Stack-Other-1'))).toBeUndefined();
    expect(
      inject('error').interceptor.before?.({
        ...call('s3', 'PutObject'),
        principal: { arn: 'root', kind: 'root', accountId: '1' },
      }),
    ).toBeUndefined();
  });

  it('strike where a condition holds, and can be taken back', () => {
    const injection = inject();
    const remove = injection.add({ kind: 'reset', times: 9, where: ({ operation }) => operation === 'Scan' });
    expect(injection.interceptor.before?.(call('dynamodb', 'PutItem'))).toBeUndefined();
    expect(injection.interceptor.before?.(call('dynamodb', 'Scan'))).toEqual({ kind: 'reset' });
    remove();
    expect(injection.interceptor.before?.(call('dynamodb', 'Scan'))).toBeUndefined();
    expect(injection.notices).toEqual(['injected fault reset struck Stack-Gate-1 before dynamodb:Scan']);
  });
});

describe('faults of an invocation', () => {
  const info = { functionName: 'Stack-Gate-1', requestId: 'r', event: { id: 1 } };

  it('deliver twice or late', () => {
    const { lambda } = inject('duplicate:Gate:sequential', 'late:Gate');
    expect(lambda.onInvocation(info)).toEqual({ duplicate: true, delayMs: 200_000 });
    expect(lambda.onInvocation(info)).toEqual({ duplicate: false, delayMs: 90_000 });
    expect(lambda.onInvocation(info)).toBeUndefined();
  });

  it('crash an environment while it loads, and spoil a result', () => {
    const { lambda } = inject('init-crash:Gate', 'bad-result:Gate:nth=2');
    expect(lambda.onEnvironment?.({ functionName: 'Other' })).toBeUndefined();
    expect(lambda.onEnvironment?.({ functionName: 'Stack-Gate-1' })).toBe('crash');
    expect(lambda.onResult?.(info)).toBeUndefined();
    expect(() => JSON.parse(lambda.onResult?.(info) ?? '{}')).toThrow();
  });
});
