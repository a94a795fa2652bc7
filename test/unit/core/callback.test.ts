import { decodeCallback, encodeCallback } from 'ringback';
import { describe, expect, it } from 'vitest';
import { checkCallback } from '../../../lib/core/callback.ts';

const whole = { service: 'codepipeline', id: '0123', region: 'eu-central-1' };
const encodedOf = (parts: unknown) => `rb1.${Buffer.from(JSON.stringify(parts)).toString('base64url')}`;

describe('an encoded callback', () => {
  it('is one line of URL-safe text that tells its version', () => {
    const encoded = encodeCallback({ ...whole, id: 'ü?>~ü' });
    expect(encoded).toMatch(/^rb1\.[\w-]+$/);
    expect(encoded).toBe(encodedOf(['codepipeline', 'ü?>~ü', 'eu-central-1']));
  });

  it.each(['\n%s\n', '  %s', '%s\t'])('is read with what copying adds around it: %j', (around) => {
    expect(decodeCallback(around.replace('%s', encodeCallback(whole)))).toEqual(whole);
  });

  it.each<[string, unknown, string]>([
    ['other text', 'hello', 'an encoded callback begins with "rb1.", but got 5 other characters'],
    ['nothing', '', 'begins with "rb1.", but got 0 other characters'],
    ['no text', undefined, 'begins with "rb1.", but got undefined'],
    ['a callback itself', whole, 'begins with "rb1.", but got object'],
    ['a version that only looks like one', 'rbx.abc', 'but got 7 other characters'],
    ['a version in the midst', 'my rb2.abc', 'but got 10 other characters'],
    ['a newer version', 'rb27.abc', 'is of version 27, and this copy of Ringback knows 1'],
    ['a newer version, among blanks', ' rb2.abc', 'is of version 2, and this copy of Ringback knows 1'],
    ['half of one', encodeCallback(whole).slice(0, 20), 'is damaged: copy it again, whole and on one line'],
    ['JSON that is no list', encodedOf({ 0: 'codepipeline' }), 'does not hold the service'],
    ['JSON of nothing', encodedOf(null), 'does not hold the service'],
    ['a list that is too short', encodedOf(['codepipeline', '0123']), 'the region of a service that waits'],
  ])('is refused where it is %s', (_what, text, message) => {
    expect(() => decodeCallback(text as string)).toThrow(message);
    expect(() => decodeCallback(text as string)).toThrow(expect.objectContaining({ code: 'INVALID_CALLBACK' }));
  });
});

describe('a callback', () => {
  it.each([
    { service: 'a' },
    { service: `a${'-'.repeat(39)}` },
    { id: 'x'.repeat(1_024) },
    { id: 'ü'.repeat(512) },
    { id: ' ' },
    { region: 'us-gov-west-1' },
  ])('may have %j', (parts) => {
    expect(checkCallback({ ...whole, ...parts, more: 1 })).toEqual({ ...whole, ...parts });
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['a service of nothing', { service: '' }, 'the service of a service that waits, but 0 characters that are not one'],
    ['no service', { service: undefined }, 'the service of a service that waits, but undefined'],
    ['a service that is none', { service: 7 }, 'the service of a service that waits, but number'],
    ['a service that can be read as a name', { service: ['codepipeline'] }, 'the service .* but object'],
    ['a service with a digit', { service: 'code1' }, 'the service .* but 5 characters that are not one'],
    ['a service with a dash first', { service: '-code' }, 'the service'],
    ['a service with a capital', { service: 'Code' }, 'the service'],
    ['a service with a line after it', { service: 'code\nx' }, 'the service'],
    ['a service of 41 characters', { service: 'a'.repeat(41) }, 'the service .* but 41 characters'],
    ['an id of nothing', { id: '' }, 'the id of a service that waits, but 0 characters that are not one'],
    ['no id', { id: undefined }, 'the id of a service that waits, but undefined'],
    ['an id that is a number', { id: 123 }, 'the id of a service that waits, but number'],
    ['half a character in its id', { id: 'a\ud800' }, 'the id'],
    ['an id of 1,025 bytes', { id: 'x'.repeat(1_025) }, 'the id .* but 1025 characters that are not one'],
    ['an id of 513 characters of two bytes', { id: 'ü'.repeat(513) }, 'the id .* but 513 characters'],
    ['no region', { region: undefined }, 'the region of a service that waits, but undefined'],
    ['a region that is a host', { region: 'evil.example/' }, 'the region .* but 13 characters that are not one'],
    ['a region within a list', { region: ['eu-central-1'] }, 'the region .* but object'],
  ])('may not have %s', (_what, parts, message) => {
    const check = () => checkCallback({ ...whole, ...parts });
    expect(check).toThrow(new RegExp(message));
    expect(check).toThrow(expect.objectContaining({ code: 'INVALID_CALLBACK' }));
  });

  it.each([undefined, null, 'text', 5])('is not %j', (value) => {
    expect(() => checkCallback(value)).toThrow(expect.objectContaining({ code: 'INVALID_CALLBACK' }));
  });
});
