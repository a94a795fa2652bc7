import { AwsError } from '../kernel/aws-error.ts';
import type { Clock } from '../kernel/clock.ts';
import type { LocalFunction } from './local-function.ts';

/** How long a function is Pending, and an update InProgress, in simulated milliseconds. */
const SETTLES_AFTER_MS = 1000;

/** What tells that a function, or a version, is being made. */
export const PENDING = {
  State: 'Pending',
  StateReason: 'The function is being created.',
  StateReasonCode: 'Creating',
} as const;

const IN_PROGRESS = {
  State: 'Active',
  LastUpdateStatus: 'InProgress',
  LastUpdateStatusReason: 'The function is being created.',
  LastUpdateStatusReasonCode: 'Creating',
} as const;

const SETTLED = { State: 'Active', LastUpdateStatus: 'Successful' } as const;

/** The states of functions that requests make and change. */
export interface FunctionStates {
  /** A function was made: it is Pending for a moment, as the members say. */
  created(fn: LocalFunction): object;
  /** A function was changed: its update is InProgress for a moment, as the members say. */
  updated(fn: LocalFunction): object;
  /** The members of its configuration that tell. */
  members(fn: LocalFunction): object;
  /** @throws AwsError ResourceConflictException while it is Pending */
  checkInvocable(fn: LocalFunction): void;
  /** @throws AwsError ResourceConflictException while it is Pending, or an update is InProgress */
  checkChangeable(fn: LocalFunction): void;
}

/** Creates the states. A function of a template is Active from the start. */
export function createFunctionStates(clock: Pick<Clock, 'now'>): FunctionStates {
  const activeAt = new WeakMap<LocalFunction, number>();
  const updatedAt = new WeakMap<LocalFunction, number>();
  const isBefore = (times: WeakMap<LocalFunction, number>, fn: LocalFunction) => clock.now() < (times.get(fn) ?? 0);
  const isPending = (fn: LocalFunction) => isBefore(activeAt, fn);

  function checkInvocable(fn: LocalFunction): void {
    if (!isPending(fn)) return;
    throw conflict(
      'The operation cannot be performed at this time. The function is currently in the following state: Pending',
    );
  }

  return {
    created(fn) {
      activeAt.set(fn, clock.now() + SETTLES_AFTER_MS);
      return PENDING;
    },
    updated(fn) {
      updatedAt.set(fn, clock.now() + SETTLES_AFTER_MS);
      return IN_PROGRESS;
    },
    members(fn) {
      if (isPending(fn)) return PENDING;
      return isBefore(updatedAt, fn) ? IN_PROGRESS : SETTLED;
    },
    checkInvocable,
    checkChangeable(fn) {
      checkInvocable(fn);
      if (!isBefore(updatedAt, fn)) return;
      const { arn } = fn.definition;
      throw conflict(`The operation cannot be performed at this time. An update is in progress for resource: ${arn}`);
    },
  };
}

function conflict(message: string): AwsError {
  return new AwsError('ResourceConflictException', message, { status: 409, members: { Type: 'User' } });
}
