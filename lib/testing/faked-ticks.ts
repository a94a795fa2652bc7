/**
 * Refuses to begin where fake timers have replaced `process.nextTick`: Node's own streams wait by it, so no request would
 * be answered before the test's limit. Jest's stand in its sandbox's `process`, which Node does not use; every way to
 * `process` leads to that one there, `getBuiltinModule` too, so that only its variable tells.
 *
 * @param name - of the function that is called, for the message
 * @throws TypeError
 */
export function refuseFakedTicks(name: string): void {
  const isInSandbox = process.env.JEST_WORKER_ID !== undefined;
  if (isInSandbox || (process.nextTick as { readonly clock?: unknown }).clock === undefined) return;
  throw new TypeError(
    `${name} finds process.nextTick replaced by fake timers, and without it Node answers no request; leave it out: ` +
      "useFakeTimers({ toNotFake: ['nextTick', 'queueMicrotask'] }) in Sinon, or name what to fake in toFake",
  );
}
