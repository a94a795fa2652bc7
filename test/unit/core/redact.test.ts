import { describe, expect, it } from 'vitest';
import { createRedactor, type Redactor } from '../../../lib/core/redact.ts';

const SECRET = 'a-secret-of-one-delivery';

/** Begins and ends the deliveries of a warm function. */
function deliver(redactor: Redactor, count: number): void {
  for (let number = 0; number < count; number++) {
    const delivery = redactor.scope();
    delivery.add(`the-secret-of-delivery-${number}`);
    delivery.end();
  }
}

describe('the secrets of a delivery', () => {
  it('are withheld while it lasts, however many begin and end meanwhile', () => {
    const redactor = createRedactor();
    const delivery = redactor.scope();
    delivery.add(SECRET);
    deliver(redactor, 1_000);
    expect(redactor.redact(`token ${SECRET}.`)).toBe('token [withheld].');
  });

  it('are still withheld when logic that outlived its delivery logs under the next ones', () => {
    const redactor = createRedactor();
    const delivery = redactor.scope();
    delivery.add(SECRET);
    delivery.end();
    deliver(redactor, 10);
    expect(redactor.redact(SECRET)).toBe('[withheld]');
  });

  it('are forgotten in time, so that a warm function does not slow down with each job', () => {
    const redactor = createRedactor();
    const delivery = redactor.scope();
    delivery.add(SECRET);
    delivery.end();
    delivery.end();
    deliver(redactor, 100);
    expect(redactor.redact(SECRET)).toBe(SECRET);
  });

  it('are withheld as a whole where one holds another', () => {
    const redactor = createRedactor();
    const delivery = redactor.scope();
    delivery.add('inner-secret', 'outer-inner-secret-rest');
    expect(redactor.redact('x outer-inner-secret-rest y inner-secret')).toBe('x [withheld] y [withheld]');
  });
});

describe('a secret that is added without a delivery', () => {
  it('is withheld for as long as the process lives, in every form that a log line gives it', () => {
    const redactor = createRedactor();
    redactor.add('quote " and space');
    deliver(redactor, 100);
    for (const form of ['quote " and space', 'quote%20%22%20and%20space', 'quote \\" and space']) {
      expect(redactor.redact(form)).toBe('[withheld]');
    }
  });
});
