import { describe, expect, it } from 'vitest';
import { isPassed } from './policy-case.ts';
import { policyCases } from './policy-cases.ts';

describe('the policy engine answers as the IAM user guide says', () => {
  it.each(policyCases.map((known) => [known.asked, known.allowed ? 'allowed' : 'not allowed', known] as const))(
    '%s: %s',
    (_asked, _allowed, known) => {
      expect(isPassed(known)).toBe(true);
    },
  );
});
