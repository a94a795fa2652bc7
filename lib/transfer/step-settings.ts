import { environmentVariables } from '../constants.ts';
import { InvalidOptionError } from '../core/errors.ts';

/** What `WorkflowStepFunction` tells the function. */
export interface StepSettings {
  /** How long the step waits, in milliseconds, where that is known. */
  readonly answerWithinMs: number | undefined;
  /** The event bus that learns why a step failed, by name or ARN. */
  readonly failureEventBus: string | undefined;
  /** The key of the object tag that says why a step failed. */
  readonly failureTag: string | undefined;
  /** Where the file system is mounted. */
  readonly efsMountPath: string | undefined;
}

/** The longest timeout of a custom step, in seconds (API Reference, CustomStepDetails). */
const LONGEST_TIMEOUT_SECONDS = 1_800;

/** Reads the settings. @throws InvalidOptionError when the timeout is none */
export function readStepSettings(env: NodeJS.ProcessEnv): StepSettings {
  const timeout = env[environmentVariables.stepTimeoutSeconds];
  const seconds = Number(timeout);
  if (timeout && !(seconds >= 1 && seconds <= LONGEST_TIMEOUT_SECONDS)) {
    throw new InvalidOptionError(
      `${environmentVariables.stepTimeoutSeconds} must be a number of seconds from 1 to ${LONGEST_TIMEOUT_SECONDS}, but is "${timeout}"`,
    );
  }
  return {
    answerWithinMs: timeout ? seconds * 1000 : undefined,
    failureEventBus: env[environmentVariables.failureEventBus] || undefined,
    failureTag: env[environmentVariables.failureTag] || undefined,
    efsMountPath: env[environmentVariables.efsMountPath] || undefined,
  };
}
