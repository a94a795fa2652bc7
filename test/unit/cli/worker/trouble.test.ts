import { fakeTime } from 'ringback/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { AwsCallError } from '../../../../lib/aws/index.ts';
import { createTrouble } from '../../../../lib/cli/worker/trouble.ts';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

let lines: (readonly [message: string, fields: Readonly<Record<string, unknown>>])[];
let time: ReturnType<typeof fakeTime>;
beforeEach(() => {
  lines = [];
  time = fakeTime();
});

function trouble() {
  const write = (message: string, fields = {}) => void lines.push([message, fields]);
  const log = { debug: write, info: write, warn: write, error: write };
  return createTrouble({ log, time }, { begins: 'it fails', ends: 'it works again' });
}

describe('a trouble that lasts', () => {
  it('is told of when it begins, every ten minutes, and when it is over', () => {
    const polling = trouble();
    for (let second = 0; second < 3_600; second += 20) {
      polling.met(new Error('no network'));
      time.advance(20 * SECOND);
    }
    polling.over();
    polling.over();
    expect(lines.map(([message, fields]) => [message, fields.for ?? fields.after])).toEqual([
      ['it fails', undefined],
      ...['10 min', '20 min', '30 min', '40 min', '50 min'].map((text) => ['it fails', text]),
      ['it works again', '1 h'],
    ]);
  });

  it('is told of once a minute at most when it changes', () => {
    const polling = trouble();
    for (let second = 0; second < 600; second++) {
      polling.met(new Error(`reason ${second % 2}`));
      time.advance(SECOND);
    }
    expect(lines.length).toBeGreaterThan(5);
    expect(lines.length).toBeLessThanOrEqual(10);
  });

  it('is a new one after it was over', () => {
    const polling = trouble();
    polling.met(new Error('no network'));
    polling.over();
    time.advance(HOUR);
    polling.met(new Error('no network'));
    expect(lines.map(([message]) => message)).toEqual(['it fails', 'it works again', 'it fails']);
  });

  it.each([
    ['NoCredentials', 'client', /aws sso login/],
    ['ExpiredTokenException', 'client', /renew the credentials|AWS_ACCESS_KEY_ID/],
    ['ECONNREFUSED', 'network', /network.*AWS_ENDPOINT_URL/],
  ] as const)('says what to do about %s, also within another error', (code, fault, advice) => {
    const cause = new AwsCallError('it failed', { code, fault, action: 'codepipeline:PollForJobs' });
    trouble().met(new Error('the ledger failed', { cause }));
    expect(lines[0]?.[1].advice).toMatch(advice);
  });
});
