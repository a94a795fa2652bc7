import { AwsError } from '../local/kernel/aws-error.ts';
import type { Operation } from '../local/kernel/service.ts';
import type { Interceptor } from '../local/wire/interceptor.ts';

/** One answer that a service received. */
export interface RecordedCall {
  readonly operation: string;
  // biome-ignore lint/suspicious/noExplicitAny: each operation has an input of its own shape; a test reads members of it without a cast
  readonly input: any;
}

/** What the service answers to one call: an error of that code, or a connection that breaks after it acted. */
export type ScriptedAnswer =
  | { readonly errorCode: string; readonly message?: string; readonly status?: number }
  | 'lost-response';

/** The calls of a recording service. */
export interface RecordedCalls {
  readonly calls: readonly RecordedCall[];
  readonly answers: readonly RecordedCall[];
  script(...answers: readonly ScriptedAnswer[]): void;
  /** An operation whose calls are recorded before it acts, and that fails where that is scripted. */
  recorded(operation: string, act: Operation): Operation;
  /** Loses the responses that are to be lost. */
  readonly interceptor: Interceptor;
}

/** The operations that answer somebody. */
const ANSWERS = /^(Put|SendWorkflowStepState|Notify)/;

/** Creates the record of no call. */
export function createRecordedCalls(): RecordedCalls {
  const calls: RecordedCall[] = [];
  const answers: RecordedCall[] = [];
  const scripted: ScriptedAnswer[] = [];
  const lost = new Set<string>();
  return {
    calls,
    answers,
    script: (...more) => scripted.push(...more),
    recorded: (operation, act) => (input, request) => {
      calls.push({ operation, input });
      const next = scripted.shift();
      if (next === 'lost-response') lost.add(request.requestId);
      else if (next !== undefined) {
        const { errorCode, message = 'scripted', status = 400 } = next;
        throw new AwsError(errorCode, message, { status });
      }
      if (ANSWERS.test(operation)) answers.push({ operation, input });
      return act(input, request);
    },
    interceptor: { after: (call) => (lost.delete(call.requestId) ? { kind: 'reset' } : undefined) },
  };
}
