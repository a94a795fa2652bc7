import { createHash } from 'node:crypto';
import { AwsError } from '../kernel/aws-error.ts';
import type { Execution } from './execution.ts';

/** What a function answers a custom step with. */
export type StepState = 'SUCCESS' | 'FAILURE';

/** One custom step that waits for SendWorkflowStepState. */
export interface StepCallback {
  readonly token: string;
  /** What watchers know it by: the execution and a hash of the token, which is a secret. */
  readonly callbackId: string;
  /** Resolves with the answer; `timedOut` when nobody gave one. */
  readonly answered: Promise<StepState | 'timedOut'>;
  /** Nobody waits any more. */
  close(): void;
}

/** The custom steps that wait. */
export interface CallbackStore {
  open(execution: Execution): StepCallback;
  /** @throws AwsError InvalidRequestException for a token that no step waits for */
  answer(execution: Execution, token: string, state: StepState): void;
}

/** Creates an empty store. */
export function createCallbackStore(uuid: () => string): CallbackStore {
  const waiting = new Map<string, { execution: Execution; settle: (state: StepState | 'timedOut') => void }>();
  const spent = new Set<string>();

  return {
    open(execution) {
      // Base64 of a UUID, as the tokens of the documentation: 48 characters without padding.
      const token = Buffer.from(uuid()).toString('base64');
      let settle: (state: StepState | 'timedOut') => void = () => undefined;
      const answered = new Promise<StepState | 'timedOut'>((resolve) => {
        settle = resolve;
      });
      waiting.set(token, { execution, settle });
      return {
        token,
        callbackId: `${execution.id}/${createHash('sha256').update(token).digest('hex').slice(0, 16)}`,
        answered,
        close() {
          if (waiting.delete(token)) spent.add(token);
          settle('timedOut');
        },
      };
    },
    answer(execution, token, state) {
      const callback = waiting.get(token);
      if (callback === undefined || callback.execution !== execution) {
        throw new AwsError(
          'InvalidRequestException',
          spent.has(token)
            ? 'the step of this token has ended: it was answered before, or its time was up'
            : `the token is not one of execution ${execution.id}: pass the token of the event as it came`,
        );
      }
      waiting.delete(token);
      spent.add(token);
      callback.settle(state);
    },
  };
}
