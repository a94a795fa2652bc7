import { describe, expect, it, onTestFinished } from 'vitest';
import { createHooks } from '../../../../lib/local/cloudformation/hooks.ts';
import { createClock } from '../../../../lib/local/kernel/clock.ts';
import type { HookInvocation, HookQuestion } from '../../../../lib/local/kernel/hook-port.ts';
import { localKernel } from '../template/local-kernel.ts';

const question: HookQuestion = {
  operation: 'RESOURCE',
  action: 'CREATE',
  targetName: 'AWS::S3::Bucket',
  targetLogicalId: 'Uploads',
  targetId: 'Uploads',
};

/** Asks a hook whose function needs so long for each of its attempts, in simulated seconds. */
async function askWith(seconds: readonly number[]) {
  // Time passes where it is told to, and nowhere else.
  const clock = createClock({ realNow: () => 0 });
  onTestFinished(() => clock.stop());
  const nobody = { arn: 'arn:aws:iam::111122223333:role/hook' } as never;
  const identity = { authorize: () => undefined, service: () => nobody, role: () => nobody } as never;
  const kernel = { ...localKernel({ clock }), identity };
  let attempts = 0;
  const hooks = createHooks({
    kernel,
    payloadUrl: () => '',
    functions: {
      invokeEvent: async () => undefined,
      async invokeSync(_name, event) {
        await clock.sleep((seconds[attempts++] ?? 0) * 1_000);
        const { clientRequestToken } = JSON.parse(event) as { readonly clientRequestToken: string };
        return { payload: JSON.stringify({ hookStatus: 'SUCCESS', clientRequestToken }) } as never;
      },
    },
  });
  hooks.put({
    typeName: 'Shop::Rules::Hook',
    arn: 'arn:aws:cloudformation:eu-west-1:111122223333:type/hook/Shop-Rules-Hook',
    lambdaFunction: 'arn:aws:lambda:eu-west-1:111122223333:function:rules',
    executionRole: 'arn:aws:iam::111122223333:role/hook',
    failureMode: 'FAIL',
    isEnabled: true,
    targetOperations: ['RESOURCE'],
  });
  const progress: HookInvocation[] = [];
  let isOver = false;
  const asked = hooks.ask(question, progress).finally(() => {
    isOver = true;
  });
  while (!isOver) await clock.passTo(clock.now() + 500);
  await asked;
  return { attempts, status: progress[0]?.status, reason: progress[0]?.statusReason };
}

describe('a hook is waited for 30 seconds', () => {
  it.each([
    ['that answers in time', [8], { attempts: 1, status: 'HOOK_COMPLETE_SUCCEEDED', reason: undefined }],
    ['that is too slow twice', [31, 31, 1], { attempts: 3, status: 'HOOK_COMPLETE_SUCCEEDED', reason: undefined }],
    [
      'that is always too slow',
      [31, 31, 31, 1],
      {
        attempts: 3,
        status: 'HOOK_FAILED',
        reason: 'Hook did not complete: its function did not answer within 30 seconds',
      },
    ],
  ])('%s', async (_case, seconds, expected) => {
    expect(await askWith(seconds)).toEqual(expected);
  });
});
