import { FaultSpecError } from '../../local/faults/fault-error.ts';
import { ApiError } from '../api/api-error.ts';
import type { ConsoleParts } from '../api/console-parts.ts';
import { passToNext } from '../pass-to-next.ts';
import { type ActionBody, numberOf, textOf } from './action-input.ts';

const MOST_MOVED_SECONDS = 7 * 86_400;

/** Arms a fault, as `--fault` does. */
export async function armFault(body: ActionBody, { faults }: ConsoleParts): Promise<object> {
  try {
    const { id, spec } = faults.arm(textOf(body, 'spec'));
    return { id, message: `armed: ${spec}` };
  } catch (error) {
    if (error instanceof FaultSpecError) throw new ApiError(400, error.message);
    throw error;
  }
}

/** Takes a fault back. */
export async function disarmFault(body: ActionBody, { faults }: ConsoleParts): Promise<object> {
  const id = numberOf(body, 'id', [1, Number.MAX_SAFE_INTEGER]);
  return { message: faults.disarm(id) ? 'taken back' : 'it was taken back before' };
}

/** Changes how fast simulated time passes. */
export async function setSpeed(body: ActionBody, { cloud }: ConsoleParts): Promise<object> {
  const speed = numberOf(body, 'speed', [1, 100_000]);
  cloud.clock.setSpeed(speed);
  return { message: `time passes ${speed} times as fast while no function runs` };
}

/** Passes over simulated time. */
export async function moveClock(body: ActionBody, { cloud }: ConsoleParts): Promise<object> {
  const seconds = numberOf(body, 'seconds', [1, MOST_MOVED_SECONDS]);
  await cloud.clock.passTo(cloud.clock.now() + seconds * 1000);
  return { message: `${seconds} s have passed` };
}

/** Passes over simulated time until something happens. */
export async function goToNext(_: ActionBody, { cloud }: ConsoleParts): Promise<object> {
  const happened = await passToNext(cloud);
  return { message: happened ? 'something happened' : 'nothing happened within an hour' };
}
