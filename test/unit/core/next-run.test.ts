import { continueAfter, defer } from 'ringback';
import { describe, expect, it } from 'vitest';
import { jobService } from '../../../lib/codepipeline/services/job-service.ts';
import { nextRun } from '../../../lib/core/next-run.ts';
import { createRedactor } from '../../../lib/core/secrets/redactor.ts';
import type { Service } from '../../../lib/core/service.ts';

const NOW = Date.UTC(2026, 0, 1);
const { redact } = createRedactor();
const byMessage: Service = { ...jobService, putOff: { by: 'message' } };
const queue = { returnTo: 'https://sqs.us-east-1.amazonaws.com/123456789012/queue' };

/** What an entry waits for, its moments counted from now. */
function next(service: Service, outcome: Parameters<typeof nextRun>[0], waitsMs: number, data = {}) {
  const ticket = { region: 'us-east-1', data: { jobId: 'a', ...data } };
  const moment = { ticket, run: 2, now: NOW, expiresAt: NOW + waitsMs };
  const { dueAt, awaitsUntil, ...rest } = nextRun(outcome, moment, service, redact);
  return { ...rest, dueInMs: dueAt - NOW, ...(awaitsUntil === undefined ? {} : { awaitsMs: awaitsUntil - NOW }) };
}

const circle: Record<string, unknown> = { id: 'build' };
circle.stop = circle;

it.each<[string, unknown]>([
  ['a text', 'arn:aws:states:us-east-1:123456789012:execution:shop:1'],
  ['one without a request that stops it', { id: 'build', stop: null }],
  ['one whose request stops nothing', { id: 'build', stop: { api: {}, operation: 'DeleteStack', input: {} } }],
  ['a circle', circle],
  ['nothing that JSON holds', Symbol('build')],
])('refuses as an execution what the entry could not be read with again: %s', (_what, execution) => {
  const outcome = { ...defer({ within: { hours: 3 } }), execution } as never;
  expect(() => next(jobService, outcome, Number.POSITIVE_INFINITY)).toThrow(
    expect.objectContaining({
      code: 'INVALID_OUTCOME',
      message: expect.stringMatching(/^the execution that defer leaves.*(not JSON|return what startBuild gave)/),
    }),
  );
});

describe('where the service hands a token back', () => {
  it('a continuation is due after its delay, with its state and its progress', () => {
    const outcome = continueAfter({ minutes: 5 }, { seen: 1 }, { percentComplete: 40 });
    expect(next(jobService, outcome, Number.POSITIVE_INFINITY)).toEqual({
      run: 3,
      keepsTicket: false,
      progress: { percentComplete: 40 },
      dueInMs: 300_000,
      left: { seen: 1 },
    });
  });

  it('a continuation without a state leaves null', () => {
    expect(next(jobService, continueAfter({ minutes: 5 }), Number.POSITIVE_INFINITY)).toEqual({
      run: 3,
      keepsTicket: false,
      progress: {},
      dueInMs: 300_000,
      left: null,
    });
  });

  it('a deferral is asked about at once, whatever the service’s own time, since each token begins it anew', () => {
    const api = { service: 'codebuild', targetPrefix: 'CodeBuild_20161006', jsonVersion: '1.1' } as const;
    const execution = { id: 'build', stop: { api, operation: 'StopBuild', input: {} } };
    const outcome = { ...defer({ within: { hours: 3 }, silence: { minutes: 10 } }), execution };
    expect(next(jobService, outcome, 60_000)).toEqual({
      run: 3,
      keepsTicket: false,
      progress: {},
      dueInMs: 0,
      awaitsMs: 10_800_000,
      silenceMs: 600_000,
      execution,
    });
  });
});

describe('where a message brings the delivery back', () => {
  it('a continuation is due after its delay, with its state', () => {
    expect(next(byMessage, continueAfter({ minutes: 5 }, { seen: 1 }), 600_000, queue)).toEqual({
      run: 3,
      keepsTicket: true,
      progress: {},
      dueInMs: 300_000,
      left: { seen: 1 },
    });
  });

  it.each([
    [{ within: { minutes: 5 } }, { dueInMs: 300_000, awaitsMs: 300_000, silenceMs: undefined }],
    [{ within: { minutes: 10 } }, { dueInMs: 595_000, awaitsMs: 595_000, silenceMs: undefined }],
    [{ within: { hours: 5 } }, { dueInMs: 595_000, awaitsMs: 595_000, silenceMs: undefined }],
    [
      { within: { minutes: 5 }, silence: { minutes: 2 } },
      { dueInMs: 120_000, awaitsMs: 300_000, silenceMs: 120_000 },
    ],
    [
      { within: { minutes: 5 }, silence: { hours: 2 } },
      { dueInMs: 300_000, awaitsMs: 300_000, silenceMs: 7_200_000 },
    ],
  ])(
    'a deferral of %j ends five seconds before the service’s ten minutes, and is looked after in time',
    (options, expected) => {
      expect(next(byMessage, defer(options), 600_000, queue)).toEqual({
        run: 3,
        keepsTicket: true,
        progress: {},
        execution: undefined,
        ...expected,
      });
    },
  );

  it('a continuation must be due five seconds before the service stops waiting', () => {
    expect(next(byMessage, continueAfter({ seconds: 594.999 }), 600_000, queue)).toMatchObject({ dueInMs: 594_999 });
    const refused = () => next(byMessage, continueAfter({ seconds: 595 }), 600_000, queue);
    expect(refused).toThrow(
      'continueAfter would go on at 2026-01-01T00:09:55.000Z, but the service waits only until 2026-01-01T00:10:00.000Z',
    );
    expect(refused).toThrow(expect.objectContaining({ code: 'INVALID_OUTCOME' }));
  });

  it.each([
    ['continueAfter', continueAfter({ minutes: 1 })],
    ['defer', defer({ within: { minutes: 1 } })],
  ])('%s needs a queue', (name, outcome) => {
    expect(() => next(byMessage, outcome, 600_000)).toThrow(
      `${name} needs a continuation queue, and the function has none: RINGBACK_CONTINUATION_QUEUE_URL is not set`,
    );
  });

  it('a state that cannot be kept is refused either way', () => {
    for (const service of [jobService, byMessage])
      expect(() => next(service, continueAfter({ minutes: 1 }, 10n as never), 600_000, queue)).toThrow(
        /the state of continueAfter is not JSON/,
      );
  });
});
