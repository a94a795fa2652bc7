/**
 * Refuses to begin where fake timers have replaced `process.nextTick`: Node's own streams wait by it, so no request would
 * be answered before the test's limit. Those of Jest stand in its sandbox's `process`, which Node does not use.
 *
 * @param name - of the function that is called, for the message
 * @throws TypeError
 */
export function refuseFakedTicks(name: string): void {
  const { nextTick } = process.getBuiltinModule('node:process');
  if ((nextTick as { readonly clock?: unknown }).clock === undefined) return;
  throw new TypeError(
    `${name} finds process.nextTick replaced by fake timers, and without it Node answers no request; leave it out: ` +
      "useFakeTimers({ toNotFake: ['nextTick', 'queueMicrotask'] }) in Sinon, or name what to fake in toFake",
  );
}
