import { describe, expect, it, vi } from 'vitest';
import { jobService } from '../../../lib/codepipeline/services/job-service.ts';
import { failedEnd, fitted } from '../../../lib/core/decision.ts';
import { printAnswerMetrics, printDeferral } from '../../../lib/core/telemetry/answer-metrics.ts';
import { metricLine } from '../../../lib/core/telemetry/metric-line.ts';
import { recordAnswer } from '../../../lib/core/telemetry/record-answer.ts';
import { fakeTime } from '../../../lib/testing/index.ts';

const success = fitted({ kind: 'succeeded', details: {} });
const time = fakeTime(1_000);
const decided = { kind: 'decided', decision: success, decidedAt: 1 };

/** An answer to a job; its parts replaced by those. */
function answerWith({ entry = {}, by = {}, reported = {} }: Record<string, object> = {}) {
  return {
    service: jobService,
    entry: { key: 'codepipeline#x', run: 1, openedAt: 400, state: decided, ...entry },
    by: { who: 'function', ...by },
    isOwn: true,
    reported: { kind: 'reported', decision: success, alreadySettled: false, retries: 0, ...reported },
  } as never;
}
/** What is counted for an answer: the one line, by dimensions. */
function counted(answer: never, ageMs: number | undefined = 600) {
  const lines: string[] = [];
  printAnswerMetrics(answer, ageMs, { print: (line) => void lines.push(line), time, metricsNamespace: 'Gates' });
  expect(lines).toHaveLength(1);
  const { _aws, ...fields } = JSON.parse(lines.join());
  expect(_aws.Timestamp).toBe(1_000);
  return Object.fromEntries(
    _aws.CloudWatchMetrics.map(({ Dimensions, Metrics }: { Dimensions: string[][]; Metrics: { Name: string }[] }) => [
      Dimensions.map((names) => names.map((name) => fields[name]).join('/')).join(),
      Object.fromEntries(Metrics.map(({ Name }) => [Name, fields[Name]])),
    ]),
  );
}

describe('what is counted of an answer', () => {
  const byOutcome = { 'ringback/codepipeline/succeeded': { Answers: 1 } };
  it.each<[string, Parameters<typeof answerWith>[0], object]>([
    ['that a function gave', {}, { ReportRetries: 0, TimeToAnswer: 600 }],
    ['that took tries', { reported: { retries: 2 } }, { ReportRetries: 2, TimeToAnswer: 600 }],
    [
      'of the last resort',
      { by: { who: 'last resort' } },
      { ReportRetries: 0, TimeToAnswer: 600, LastResortAnswers: 1 },
    ],
    ['by complete', { by: { who: 'complete' } }, { ReportRetries: 0, TimeToAnswer: 600 }],
    [
      'that ends a deferral',
      { entry: { state: { ...decided, awaitedUntil: 5 } } },
      { ReportRetries: 0, TimeToAnswer: 600, DeferralsEnded: 1 },
    ],
    [
      'of an entry that waits',
      { entry: { state: { kind: 'waiting', awaitedUntil: 5 } } },
      { ReportRetries: 0, TimeToAnswer: 600 },
    ],
  ])('%s', (_what, parts, ofService) => {
    expect(counted(answerWith(parts))).toEqual({ ...byOutcome, 'ringback/codepipeline': ofService });
  });

  it('whose age nobody knows has none', () => {
    const lines: string[] = [];
    const printing = { print: (line: string) => void lines.push(line), time, metricsNamespace: 'Gates' };
    printAnswerMetrics(answerWith(), undefined, printing);
    expect(lines.join()).not.toContain('TimeToAnswer');
  });

  it.each([
    ['::gates', 'gates'],
    ['team:gates', 'team:gates'],
    [' gätes ', 'g?tes'],
    [':', 'ringback'],
  ])('that a service named %j gave is under %j, since CloudWatch drops what it does not take', (named, expected) => {
    vi.stubEnv('POWERTOOLS_SERVICE_NAME', named);
    try {
      expect(Object.keys(counted(answerWith()))).toEqual([
        `${expected}/codepipeline/succeeded`,
        `${expected}/codepipeline`,
      ]);
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('that was settled already are its tries alone', () => {
    const parts = { reported: { alreadySettled: true, retries: 3 }, by: { who: 'last resort' } };
    expect(counted(answerWith(parts))).toEqual({ 'ringback/codepipeline': { ReportRetries: 3 } });
  });

  it('that is a failure is under its own outcome', () => {
    const reported = { decision: fitted(failedEnd('no', 'failed')) };
    expect(counted(answerWith({ reported }))).toHaveProperty(['ringback/codepipeline/failed'], { Answers: 1 });
  });

  it('or of a deferral is nothing where there is no namespace', () => {
    const print = vi.fn();
    printAnswerMetrics(answerWith(), 1, { print, time });
    printDeferral(jobService, { print, time });
    expect(print).not.toHaveBeenCalled();
    printDeferral(jobService, { print, time, metricsNamespace: 'Gates' });
    expect(JSON.parse(print.mock.calls[0]?.[0])).toMatchObject({
      DeferralsOpened: 1,
      service: 'ringback',
      callbackService: 'codepipeline',
    });
  });
});

it('a line of metrics is what CloudWatch reads: each metric with its unit, under each of its sets of dimensions', () => {
  const groups = [
    { dimensionSets: [['a'], ['a', 'b']], metrics: { Count: { value: 2, unit: 'Count' } } },
    { dimensionSets: [['a']], metrics: { Age: { value: 7, unit: 'Milliseconds' } } },
  ] as const;
  expect(JSON.parse(metricLine('Gates', 5, groups, { a: 'x', b: 'y', more: 1 }))).toEqual({
    _aws: {
      Timestamp: 5,
      CloudWatchMetrics: [
        { Namespace: 'Gates', Dimensions: [['a'], ['a', 'b']], Metrics: [{ Name: 'Count', Unit: 'Count' }] },
        { Namespace: 'Gates', Dimensions: [['a']], Metrics: [{ Name: 'Age', Unit: 'Milliseconds' }] },
      ],
    },
    a: 'x',
    b: 'y',
    more: 1,
    Count: 2,
    Age: 7,
  });
});

describe('the line of the log', () => {
  /** The level, the words and the fields of the one line. */
  function logged(answer: object) {
    const lines: unknown[] = [];
    const at = (level: string) => (message: string, fields: object) => void lines.push([level, message, fields]);
    const log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
    recordAnswer(answer as never, { log, time, print: () => undefined } as never);
    expect(lines).toHaveLength(1);
    return lines[0] as [string, string, Record<string, unknown>];
  }

  it.each<[string, Parameters<typeof answerWith>[0], readonly [string, string]]>([
    ['a function', {}, ['info', 'answered']],
    ['the last resort', { by: { who: 'last resort' } }, ['warn', 'answered']],
    ['whoever comes too late', { reported: { alreadySettled: true } }, ['info', 'settled already']],
  ])('is by %s', (_who, parts, expected) => {
    expect(logged(answerWith(parts)).slice(0, 2)).toEqual(expected);
  });

  it.each<[string, Parameters<typeof answerWith>[0], object]>([
    ['an age', {}, { ageMs: 600, id: 'x', run: 1, retries: undefined, isRepeated: undefined, summary: undefined }],
    ['no age where nobody knows it', { entry: { openedAt: 0 } }, { ageMs: undefined }],
    ['its tries', { reported: { retries: 1 } }, { retries: 1 }],
    [
      'a summary',
      { reported: { decision: fitted({ kind: 'succeeded', details: { summary: 'ok' } }) } },
      { summary: 'ok' },
    ],
    ['a reason', { reported: { decision: fitted(failedEnd('no', 'crashed')) } }, { reason: 'no', category: 'crashed' }],
  ])('has %s', (_what, parts, expected) => {
    expect(logged(answerWith(parts))[2]).toMatchObject(expected);
  });

  it('says where a decision was made before', () => {
    expect(logged({ ...(answerWith() as object), isOwn: false })[2]).toMatchObject({ isRepeated: true });
  });
});
