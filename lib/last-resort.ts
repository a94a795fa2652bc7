export type { InvocationContext } from './core/deadline.ts';
export type { BatchResponse } from './core/handler.ts';
export type { QueueEvent } from './core/last-resort/last-resort.ts';

import type { InvocationContext } from './core/deadline.ts';
import type { BatchResponse } from './core/handler.ts';
import { createLastResort, type QueueEvent } from './core/last-resort/last-resort.ts';
import { environmentRuntime } from './core/runtime.ts';
import { runners } from './runners.ts';
import { services } from './services.ts';

/** The handler of the function that answers for those that could not; `Ringback` deploys it. */
export function lastResort(): (event: QueueEvent, context: InvocationContext) => Promise<BatchResponse> {
  return createLastResort(services, environmentRuntime(), runners);
}
