import { AwsCallError } from '../aws/index.ts';
import { PermissionError } from '../core/errors.ts';
import { describeSubject, progressOf } from './describe-request.ts';
import { codeOfException } from './failure-table.ts';
import { hookFindings } from './hook-findings.ts';
import { type HookProgress, readHooks, warningsOf } from './hook-progress.ts';
import { lostRequest } from './lost-request.ts';
import { nextStep } from './next-step.ts';
import { pollDelayMs } from './poll-delay.ts';
import { type ProgressEvent, readProgressEvent } from './progress-event.ts';
import { mayExist } from './read-resource.ts';
import { cancelled, failed, refusedByHooks, type ToldFailure } from './request-failure.ts';
import {
  again,
  done,
  knowing,
  operationOf,
  type RequestRun,
  type ResourceStep,
  subjectOf,
  waitedFor,
  withheld,
} from './request-run.ts';

/** Asks how far a request is, and what comes of it. */
export async function lookAtRequest(run: RequestRun): Promise<ResourceStep> {
  const { state, turn } = run;
  try {
    const answer = await turn.client.call('GetResourceRequestStatus', { RequestToken: state.requestToken });
    const event = readProgressEvent(answer);
    const known = knowing(run, { identifier: event.identifier });
    return await afterLook(known, event, hooksIn(answer, known));
  } catch (error) {
    if (error instanceof PermissionError) {
      throw new PermissionError(`${error.message}; to ${describeSubject(subjectOf(run))} goes on without being seen`);
    }
    if (!(error instanceof AwsCallError)) throw error;
    if (codeOfException(error) === 'RequestTokenNotFound') return lostRequest(run);
    if (!error.retryable) throw error;
    // A look that fails loses nothing.
    const delayMs = pollDelayMs(undefined, state.polls, turn.time);
    return waitedFor(run, delayMs, progressOf(subjectOf(run), `not known: ${error.code}`));
  }
}

/** The hooks of an answer; what they say may quote what was desired. */
function hooksIn(answer: unknown, run: RequestRun): readonly HookProgress[] {
  return readHooks(answer).map((hook) => ({ ...hook, message: hook.message && withheld(run, hook.message) }));
}

async function afterLook(run: RequestRun, event: ProgressEvent, hooks: readonly HookProgress[]): Promise<ResourceStep> {
  const { state, turn } = run;
  const operation = operationOf(run);
  const step = nextStep(event, hooks, operation);
  switch (step.kind) {
    case 'poll':
      return waitedFor(
        run,
        pollDelayMs(event.retryAt, state.polls, turn.time),
        progressOf(subjectOf(run), event.status, hooks),
      );
    case 'succeeded':
      return done(run, operation, warningsOf(hooks));
    case 'cancelled':
      throw cancelled(run);
    case 'refused': {
      const withhold = (text: string) => withheld(run, text);
      const findings = await hookFindings(turn.client, event.hooksRequestToken, step.by, withhold);
      throw refusedByHooks(run, findings.join('; '), hooks);
    }
    case 'failed':
      return afterFailure(run, { ...step, message: withheld(run, event.statusMessage ?? ''), hooks });
  }
}

/** A create is made anew only where nothing is left of the one that failed: else there would be two. */
async function afterFailure(run: RequestRun, told: ToldFailure): Promise<ResourceStep> {
  const { plan, state } = run;
  const { code, meaning } = told;
  if (plan.takesOver) {
    // What is there, by whomever, is brought to the desired state: look, and ask for what is missing.
    const mayPass = code === 'AlreadyExists' && state.identifier !== undefined ? { retryAfterMs: 0 } : meaning;
    const next = again(run, mayPass);
    if (next !== undefined) return next;
    throw failed(run, told);
  }
  const possibleRemnant = (await isLeft(run, code)) ? state.identifier : undefined;
  const next = possibleRemnant === undefined ? again(run, meaning) : undefined;
  if (next === undefined) throw failed(run, { ...told, possibleRemnant });
  return next;
}

/** Whether a create that failed left something: with these two codes, what is there was there before. */
async function isLeft(run: RequestRun, code: string): Promise<boolean> {
  const { identifier } = run.state;
  if (operationOf(run) !== 'CREATE' || identifier === undefined) return false;
  if (code === 'AlreadyExists' || code === 'ResourceConflict') return false;
  return mayExist(run.turn, run.plan.place, identifier);
}
