import { environmentVariables, type StepNotice } from '../constants.ts';
import { InvalidOptionError } from '../core/errors.ts';
import { LONGEST_STEP_SECONDS } from '../lifetimes.ts';

/** What `WorkflowStepFunction` tells the function. */
export interface StepSettings {
  /** How long the step waits, in milliseconds, where that is known. */
  readonly answerWithinMs: number | undefined;
  /** Where the file system is mounted; undefined where it is not. */
  readonly efs: EfsMount | undefined;
}

/** What a function has of a file system. */
export interface EfsMount {
  /** Where the function has it. */
  readonly mountPath: string;
  /** Which folder of the file system is mounted there: the root directory of its access point. */
  readonly rootPath: string;
}

/** Reads the settings. @throws InvalidOptionError when the timeout is none */
export function readStepSettings(env: NodeJS.ProcessEnv): StepSettings {
  const mountPath = env[environmentVariables.efsMountPath];
  const timeout = env[environmentVariables.stepTimeoutSeconds];
  const seconds = Number(timeout);
  if (timeout && !(seconds >= 1 && seconds <= LONGEST_STEP_SECONDS)) {
    throw new InvalidOptionError(
      `${environmentVariables.stepTimeoutSeconds} must be a number of seconds from 1 to ${LONGEST_STEP_SECONDS}, but is "${timeout}"`,
    );
  }
  return {
    answerWithinMs: timeout ? seconds * 1000 : undefined,
    efs: mountPath ? { mountPath, rootPath: env[environmentVariables.efsRootPath] || '/' } : undefined,
  };
}

/**
 * The settings of a step's function: this process's own, or, in the last resort, those that its stack wrote down for each
 * function by name.
 */
export function noticeSettingsOf(
  env: NodeJS.ProcessEnv,
  functionName: string | undefined,
): Omit<StepNotice, 'functionName'> {
  const named = readNotices(env[environmentVariables.stepNotices]).find((step) => step?.functionName === functionName);
  return (
    named ?? {
      failureEventBus: env[environmentVariables.failureEventBus] || undefined,
      failureTag: env[environmentVariables.failureTag] || undefined,
    }
  );
}

/** Damaged, they name nobody: that must not keep the last resort from answering. */
function readNotices(text: string = '[]'): readonly (StepNotice | null)[] {
  try {
    const written: unknown = JSON.parse(text || '[]');
    return Array.isArray(written) ? (written as StepNotice[]) : [];
  } catch {
    return [];
  }
}
