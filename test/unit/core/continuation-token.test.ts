import { describe, expect, it } from 'vitest';
import { decodeContinuation, encodeContinuation } from '../../../lib/core/continuation-token.ts';

const whole = { key: 'codepipeline:0123', run: 2, dueAt: 1_700_000_000_000, awaits: false };
const tokenOf = (...parts: readonly unknown[]) => `rb1:${JSON.stringify(parts)}`;

describe('a continuation token', () => {
  it('tells its version, its entry, its run, when that is due to the millisecond, and whether somebody answers', () => {
    expect(encodeContinuation({ ...whole, dueAt: 12.6 })).toBe('rb1:["codepipeline:0123",2,13,0]');
    expect(encodeContinuation({ ...whole, awaits: true })).toBe('rb1:["codepipeline:0123",2,1700000000000,1]');
  });

  it.each([
    [tokenOf('k', 1, 0, 1), { key: 'k', run: 1, dueAt: 0, awaits: true }],
    [tokenOf('k', 1, -5, 0), { key: 'k', run: 1, dueAt: -5, awaits: false }],
    [tokenOf('k', 1, 0), { key: 'k', run: 1, dueAt: 0, awaits: false }],
    [tokenOf('k', 1, 0, true), { key: 'k', run: 1, dueAt: 0, awaits: false }],
    [tokenOf('k'.repeat(2_048), 9, 0, 0), { key: 'k'.repeat(2_048), run: 9, dueAt: 0, awaits: false }],
    [tokenOf('ü'.repeat(1_024), 9, 0, 0), { key: 'ü'.repeat(1_024), run: 9, dueAt: 0, awaits: false }],
  ])('is read: %s', (token, continuation) => {
    expect(decodeContinuation(token)).toEqual({ kind: 'ours', ...continuation });
  });

  it.each([
    ['cut off', encodeContinuation(whole).slice(0, -1)],
    ['without anything', 'rb1:'],
    ['without a list', 'rb1:null'],
    ['with a key that is none', tokenOf(5, 1, 0, 0)],
    ['with a key of 2,049 bytes', tokenOf('k'.repeat(2_049), 1, 0, 0)],
    ['with a key of 1,025 characters of two bytes', tokenOf('ü'.repeat(1_025), 1, 0, 0)],
    ['with a run of nought', tokenOf('k', 0, 0, 0)],
    ['with half a run', tokenOf('k', 1.5, 0, 0)],
    ['with a run that is text', tokenOf('k', '1', 0, 0)],
    ['with a moment that is text', tokenOf('k', 1, '0', 0)],
    ['without a moment', tokenOf('k', 1)],
  ])('is damaged %s', (_how, token) => {
    expect(decodeContinuation(token)).toEqual({ kind: 'unreadable', why: 'its continuation token is damaged' });
  });

  it.each([
    ['rb2:[]', '2'],
    ['rb10:["k",1,0,0]', '10'],
    ['rb0:', '0'],
  ])('of another version is not guessed at: %s', (token, version) => {
    expect(decodeContinuation(token)).toEqual({
      kind: 'unreadable',
      why: `its continuation token is of version ${version}, and this function knows 1`,
    });
  });

  it.each(['', 'rb:[]', 'rbx:[]', ' rb1:["k",1,0,0]', 'xrb1:["k",1,0,0]', 'rb1["k",1,0,0]', 'rb1'])(
    'is somebody else’s where it is %j',
    (token) => {
      expect(decodeContinuation(token)).toEqual({ kind: 'foreign' });
    },
  );
});
