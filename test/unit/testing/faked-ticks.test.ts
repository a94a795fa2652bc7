import { lambdaContext, recordAnswers } from 'ringback/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';

describe('fake timers that stand for process.nextTick, as those of Sinon do', () => {
  const { nextTick } = process;
  afterEach(() => {
    process.nextTick = nextTick;
    vi.unstubAllEnvs();
  });
  const fake = () => {
    process.nextTick = Object.assign(() => undefined, { clock: {} }) as never;
  };

  it('are refused, since no request would be answered', async () => {
    fake();
    expect(() => lambdaContext()).toThrow(/lambdaContext finds process\.nextTick replaced .*toNotFake/);
    await expect(recordAnswers()).rejects.toThrow(/recordAnswers finds process\.nextTick replaced/);
  });

  it('are no matter in the sandbox of jest, which Node does not use', () => {
    vi.stubEnv('JEST_WORKER_ID', '1');
    fake();
    expect(lambdaContext()).toHaveProperty('awsRequestId');
  });

  it('may stand for everything else', () => {
    vi.useFakeTimers();
    try {
      expect(lambdaContext()).toHaveProperty('awsRequestId');
    } finally {
      vi.useRealTimers();
    }
  });
});
