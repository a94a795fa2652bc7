import fc from 'fast-check';
import { expect, test } from 'vitest';
import { physicalName } from '../../../../lib/local/template/physical-name.ts';

const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,127}$/);
const logicalId = fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{0,254}$/);

test('joins stack, logical id and a hash', () => {
  expect(physicalName('Pipeline', 'GateFunction')).toMatch(/^Pipeline-GateFunction-[0-9A-Z]{12}$/);
  expect(physicalName('Pipeline', 'Bucket', { lowerCase: true })).toMatch(/^pipeline-bucket-[0-9a-z]{12}$/);
});

test('gives the same name in every run', () => {
  expect(physicalName('Pipeline', 'Gate')).toBe(physicalName('Pipeline', 'Gate'));
  expect(physicalName('Pipeline', 'Gate')).not.toBe(physicalName('Pipeline', 'Gates'));
});

test('never passes the longest length and never loses the hash', () => {
  fc.assert(
    fc.property(name, logicalId, fc.integer({ min: 16, max: 255 }), (stack, id, maxLength) => {
      const made = physicalName(stack, id, { maxLength });
      expect(made.length).toBeLessThanOrEqual(maxLength);
      expect(made).toMatch(/^[A-Za-z0-9](-?[A-Za-z0-9])*.*-[0-9A-Z]{12}$/);
      expect(made.endsWith(physicalName(stack, id).slice(-12))).toBe(true);
    }),
  );
});

test('keeps names apart that are cut at the same place', () => {
  const long = 'A'.repeat(200);
  expect(physicalName('Stack', `${long}1`, { maxLength: 64 })).not.toBe(
    physicalName('Stack', `${long}2`, { maxLength: 64 }),
  );
});

test('refuses a length that leaves no room', () => {
  expect(() => physicalName('Stack', 'Id', { maxLength: 15 })).toThrow('maxLength must be at least 16');
});
