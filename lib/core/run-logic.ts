import type { Deadline } from './deadline.ts';
import { InvalidOutcomeError } from './errors.ts';
import { describeError } from './failure.ts';
import { isError } from './is-error.ts';
import { isOutcome, type Outcome, succeed } from './outcome.ts';
import type { Runtime } from './runtime.ts';

/** What {@link runUntilEnd} needs beside the logic. */
export interface LogicRun<Task> {
  readonly deadline: Deadline;
  readonly runtime: Pick<Runtime, 'log' | 'listenForStrayErrors'>;
  /** Builds what user logic receives. */
  createTask(time: Pick<Deadline, 'signal' | 'remainingMs'>): Task | Promise<Task>;
  /** What it may return, for the message. @defaultValue {@link OUTCOMES} */
  readonly outcomes?: string;
}

const OUTCOMES = 'succeed(), fail(), continueAfter(), defer() or nothing';

/**
 * Runs user logic for its outcome; see {@link runUntilEnd}.
 *
 * @throws whatever the logic threw; DeadlineError; InvalidOutcomeError when it returned no outcome
 */
export async function runLogic<Task>(logic: (task: Task) => unknown, run: LogicRun<Task>): Promise<Outcome> {
  return toOutcome(await runUntilEnd(logic, run), run.outcomes ?? OUTCOMES);
}

/**
 * Runs user logic until it ends, its time is up, or something throws where nobody can catch it. What it does
 * afterwards changes nothing; it is only logged.
 *
 * @returns what the logic returned
 * @throws whatever the logic threw; DeadlineError
 */
export async function runUntilEnd<Task, Returned>(
  logic: (task: Task) => Returned | Promise<Returned>,
  { deadline, runtime, createTask }: LogicRun<Task>,
): Promise<Returned> {
  const { log } = runtime;
  // Opening the ledger took all the time: work that is decided on before it begins had better not begin.
  if (deadline.remainingMs() === 0) throw await deadline.passed;
  let over = false;
  let throwException: (error: unknown) => void = () => undefined;
  const exception = new Promise<never>((_, reject) => {
    throwException = reject;
  });
  const listener = {
    onRejection: (error: unknown) => log.error('a promise was rejected and nobody waited for it', { error }),
    onException: (error: unknown) => {
      log.error('an error was thrown outside of the logic', { error });
      throwException(error);
    },
  };
  const stopListening = runtime.listenForStrayErrors(listener);
  const time = { signal: deadline.signal, remainingMs: () => deadline.remainingMs() };
  const work = (async () => logic(await createTask(time)))();
  const late = deadline.passed.then((error) => {
    throw error;
  });
  work.then(
    () => over && log.warn('the logic ended after its time was up; its outcome changes nothing'),
    (error) => over && log.warn('the logic failed after its time was up', { error }),
  );
  try {
    return await Promise.race([work, exception, late]);
  } finally {
    over = true;
    stopListening();
  }
}

function toOutcome(returned: unknown, outcomes: string): Outcome {
  if (returned === undefined || returned === null) return succeed();
  const outcome = readOnce(returned);
  if (isOutcome(outcome)) return outcome;
  if (isError(returned)) {
    const said = describeError(returned);
    throw new InvalidOutcomeError(`the logic returned an error instead of throwing it: ${said}`, { cause: returned });
  }
  throw new InvalidOutcomeError(`the logic returned ${describe(returned)}; return ${outcomes}`);
}

/** The members of an outcome: a getter may give another value, which nobody has checked, when it is read again. */
function readOnce(returned: unknown): Partial<Record<string, unknown>> {
  const { kind, reason, delayMs, withinMs, silenceMs, state, details, execution } = returned as Readonly<
    Record<string, unknown>
  >;
  return { kind, reason, delayMs, withinMs, silenceMs, state, details, execution };
}

function describe(value: unknown): string {
  // A text by its length alone: what is cut here could be half a secret, which nobody recognises afterwards.
  if (typeof value === 'string') return `a text of ${value.length} characters`;
  if (typeof value === 'number' || typeof value === 'boolean') return `${typeof value} ${value}`;
  if (typeof value !== 'object') return `a ${typeof value}`;
  const members = Object.keys(value as object);
  return Array.isArray(value) ? 'an array' : `an object with the members ${members.slice(0, 8).join(', ') || '(none)'}`;
}
