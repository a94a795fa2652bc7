import type { HookInvocation, HookPort } from '../kernel/hook-port.ts';
import { type AskParts, askHook, HOOK_VERSION } from './ask-hook.ts';
import { concernsHook, type LambdaHook } from './lambda-hook.ts';

/** The hooks of the account, and what they answered. */
export interface Hooks extends HookPort {
  /** Puts a hook in, or in the place of the one with its name. */
  put(hook: LambdaHook): void;
  /** Takes a hook away; it is asked no more. */
  remove(hook: LambdaHook): void;
  hooks(): readonly LambdaHook[];
  /** What hooks were asked, the newest first. */
  invocations(): readonly HookInvocation[];
}

/** How long answers can be read (Hooks User Guide, "View invocation summaries"): 90 days. */
const RESULT_LIVES_MS = 90 * 86_400_000;

/** Creates an account without hooks. */
export function createHooks(parts: AskParts): Hooks {
  const { clock, uuid } = parts.kernel;
  const hooks = new Map<string, LambdaHook>();
  let asked: HookInvocation[] = [];
  const concerned = (question: HookInvocation['question']) =>
    [...hooks.values()].filter((hook) => concernsHook(hook, question));

  return {
    put: (hook) => void hooks.set(hook.typeName, hook),
    remove: (hook) => void hooks.delete(hook.typeName),
    hooks: () => [...hooks.values()],
    invocations() {
      asked = asked.filter(({ invokedAt }) => invokedAt + RESULT_LIVES_MS > clock.now());
      return [...asked].reverse();
    },
    concerns: (question) => concerned(question).length > 0,
    async ask(question, progress = []) {
      const mine = concerned(question).map((hook) => {
        const invocation: HookInvocation = {
          hookResultId: uuid(),
          typeName: hook.typeName,
          typeArn: hook.arn,
          typeVersionId: HOOK_VERSION,
          failureMode: hook.failureMode,
          question,
          invokedAt: clock.now(),
          status: 'HOOK_IN_PROGRESS',
          annotations: [],
        };
        progress.push(invocation);
        asked.push(invocation);
        return { invocation, answered: askHook(hook, invocation, parts) };
      });
      await Promise.all(mine.map(({ answered }) => answered));
      return mine
        .map(({ invocation }) => invocation)
        .filter(({ failureMode, status }) => failureMode === 'FAIL' && status !== 'HOOK_COMPLETE_SUCCEEDED');
    },
  };
}
