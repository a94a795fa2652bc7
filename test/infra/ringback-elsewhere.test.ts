import { Stack } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { Ringback, WorkflowStepFunction } from '../../infra/index.ts';
import { gateEntry } from './fixture.ts';
import { app, gate, stackOf } from './loose.ts';

describe('a Ringback', () => {
  it('may stand in another stack of the same account and Region', () => {
    const within = app();
    const ringback = new Ringback(stackOf('One', {}, within), 'Ringback');
    gate(stackOf('Two', {}, within), { ringback });
    new WorkflowStepFunction(stackOf('Three', {}, within), 'Scan', { entry: gateEntry, ringback });
    expect(() => within.synth()).not.toThrow();
  });

  it.each([
    [
      'Region',
      { account: '111111111111', region: 'us-east-1' },
      /Two\/Gate is in eu-west-1 of .* One\/Ringback in us-east-1/,
    ],
    ['account', { account: '222222222222', region: 'eu-west-1' }, /make a Ringback in Two$/],
  ])('of another %s is refused with the reason', (_what, env, message) => {
    const within = app();
    const ringback = new Ringback(stackOf('One', env, within), 'Ringback');
    const other = stackOf('Two', { account: '111111111111', region: 'eu-west-1' }, within);
    expect(() => gate(other, { ringback })).toThrow(message);
  });

  it('is named where two could be meant', () => {
    const stack = stackOf('One');
    const first = new Ringback(stack, 'A');
    new Ringback(stack, 'B');
    expect(() => gate(stack)).toThrow(/^One has the Ringbacks A and B: say of each function by its property ringback/);
    expect(() => gate(stack, { ringback: first })).not.toThrow();
  });

  it.each(['Mine', 'Ringback'])('that comes after the first function is not made in vain: %s', (id) => {
    const stack = stackOf('One');
    gate(stack);
    expect(() => new Ringback(stack, id, { deletionProtection: true })).toThrow(
      `One/Gate has the Ringback One/Ringback already, which was made for it on demand: make One/${id} before the first`,
    );
  });

  it('does not take the place of something else', () => {
    const stack = stackOf('One');
    new Stack(stack, 'Ringback');
    expect(() => gate(stack)).toThrow('One/Ringback is something else');
  });
});
