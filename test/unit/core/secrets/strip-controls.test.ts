import { describe, expect, it } from 'vitest';
import { stripControls } from '../../../../lib/core/secrets/strip-controls.ts';

describe('a text without what steers a terminal', () => {
  it.each([
    ['a colour', '\u001b[31mred\u001b[0m', 'red'],
    ['a title', 'a\u001b]0;title\u0007b', 'ab'],
    ['a link', 'see \u001b]8;;http://a.example/\u001b\\here\u001b]8;;\u001b\\.', 'see here.'],
    ['a title of 4,096 characters', `a\u001b]${'t'.repeat(4_096)}\u0007b`, 'ab'],
    ['other controls', 'a\u0000b\u009dc', 'a b c'],
  ])('has lost %s', (_what, text, expected) => {
    expect(stripControls(text)).toBe(expected);
  });

  it.each([
    ['is not closed', 'said \u001b]0;title and the disk is full', 'said title and the disk is full'],
    ['has no number', '\u001b]boom: the disk is full', 'boom: the disk is full'],
    ['is closed by another escape', '\u001b]0;the disk is full\u001b[0m!', 'the disk is full!'],
    ['is closed lines later', '\u001b]2;one\nthe disk is full\u0007', 'one\nthe disk is full '],
    ['is closed too late', `\u001b]2;${'t'.repeat(4_095)}\u0007`, `${'t'.repeat(4_095)} `],
  ])('keeps what stands in a title that %s', (_what, text, expected) => {
    expect(stripControls(text)).toBe(expected);
  });

  it('is made in one pass', () => {
    const began = process.cpuUsage();
    stripControls(`\u001b]${'t'.repeat(5_000)}`.repeat(100));
    stripControls('\u001b]'.repeat(300_000));
    stripControls(`${'\u001b]0;'}${'t'.repeat(1_000_000)}`);
    // Quadratic, this takes minutes.
    expect(process.cpuUsage(began).user).toBeLessThan(20_000_000);
  });
});
