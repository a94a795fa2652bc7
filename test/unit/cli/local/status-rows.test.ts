import { beforeEach, describe, expect, it } from 'vitest';
import { type CloudStatus, statusRows } from '../../../../lib/cli/local/status-rows.ts';
import { stillOpen } from '../../../../lib/cli/local/still-open.ts';
import { createHistory, type History } from '../../../../lib/console/state/history.ts';

let history: History;

beforeEach(() => {
  history = createHistory();
});

const rename = (text: string) => text.replaceAll('Stack-Gate1234', 'Stack/Gate');

function rows(options: Partial<CloudStatus> = {}, columns = 200): readonly string[] {
  const status = { history, startedAt: 0, now: 3_723_000, speed: 60, doing: undefined, keys: undefined, rename };
  return statusRows({ ...status, ...options }, columns);
}

function deliver(service: string, id: string): void {
  history.take('delivery', { service, callbackId: id, waiterId: id, detail: `the work of ${id}` }, 0);
}

describe('the status of a local cloud', () => {
  it('says the simulated time, its speed, and that nothing is going on', () => {
    expect(rows()).toEqual(['1:02:03 at 60×  ·  no answer is owed  ·  no function runs']);
  });

  it('counts what is owed by service, and what had nothing to do', () => {
    for (const id of ['one', 'two']) deliver('codepipeline', id);
    deliver('transfer', 'three');
    history.take('invocation', { functionName: 'f', requestId: 'r', attempt: 1, event: {} }, 0);
    const ended = { functionName: 'f', requestId: 'r', attempt: 1, durationMs: 1, coldStart: false };
    history.take('invocationEnd', ended, 0);
    expect(rows()[0]).toContain('owed: 2 to codepipeline, 1 to transfer');
    expect(rows()[0]).toContain('with nothing to do: 1 wake-ups, 0 polls');
  });

  it('names functions by their constructs, and says for how long one runs', () => {
    history.take('invocation', { functionName: 'Stack-Gate1234', requestId: 'r', attempt: 1, event: {} }, 0);
    expect(rows({ now: 1_000 })[0]).toContain('running: Stack/Gate');
    expect(rows({ now: 65_000 })[0]).toContain('running: Stack/Gate (1 min 5 s)');
  });

  it('tells the last refusal in full, over as many rows as it takes', () => {
    const resource = `arn:aws:s3:::bucket/${'long/'.repeat(30)}`;
    history.take('refusal', { principal: 'p', functionName: 'Stack-Gate1234', action: 's3:GetObject', resource }, 0);
    const shown = rows({}, 60);
    expect(shown.every((row) => row.length < 60)).toBe(true);
    expect(shown.join('')).toContain(resource);
  });

  it('steers no terminal by what others wrote', () => {
    history.take('refusal', { principal: '\u001b[2J', action: 'a', resource: 'r' }, 0);
    expect(rows().join('\n')).not.toContain('\u001b');
  });
});

describe('what a cloud says when it ends', () => {
  it('is that no answer was owed', () => {
    expect(stillOpen(history, rename)).toEqual(['ended; no answer was owed']);
  });

  it('is what was still owed, and how far it had come', () => {
    deliver('transfer', 'Stack-Gate1234');
    expect(stillOpen(history, rename)).toEqual([
      'ended; 1 answer was still owed:',
      '  transfer  the work of Stack/Gate  (delivered)',
    ]);
  });
});
