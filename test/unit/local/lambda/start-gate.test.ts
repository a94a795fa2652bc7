import { describe, expect, it } from 'vitest';
import { createStartGate } from '../../../../lib/local/lambda/start-gate.ts';

/** Lets so many ask for entry at once; `inside` are the ways out of those that have entered. */
async function ask(gate: ReturnType<typeof createStartGate>, count: number) {
  const inside: (() => void)[] = [];
  const settled = async () => {
    await new Promise(setImmediate);
    return inside.length;
  };
  for (let asked = 0; asked < count; asked++) void gate.enter().then((leave) => inside.push(leave));
  return { inside, entered: settled };
}

describe('the gate of starting environments', () => {
  it('lets in as many as there is room for, and the next when one leaves', async () => {
    const { inside, entered } = await ask(createStartGate(2), 4);
    expect(await entered()).toBe(2);
    inside[0]?.();
    expect(await entered()).toBe(3);
    inside[1]?.();
    expect(await entered()).toBe(4);
  });

  it('counts one that leaves twice as one', async () => {
    const { inside, entered } = await ask(createStartGate(1), 3);
    expect(await entered()).toBe(1);
    inside[0]?.();
    inside[0]?.();
    expect(await entered()).toBe(2);
  });
});
