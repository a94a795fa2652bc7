import type { Runtime } from '../runtime.ts';
import type { Service } from '../service.ts';
import type { GivenAnswer } from './given-answer.ts';
import { type Measured, metricLine } from './metric-line.ts';

/** The dimension that Powertools' metrics begin with, and those of ours. */
const OF_SERVICE = ['service', 'callbackService'] as const;
const OF_OUTCOME = [...OF_SERVICE, 'outcome'] as const;

type Printing = Pick<Runtime, 'print' | 'time' | 'metricsNamespace'>;

/** Writes the metrics of an answer; docs/observability.md lists them. */
export function printAnswerMetrics(answer: GivenAnswer, ageMs: number | undefined, printing: Printing): void {
  const { service, entry, by, reported } = answer;
  const { decision, alreadySettled, retries } = reported;
  const { state } = entry;
  const endsDeferral = state.kind === 'decided' && state.awaitedUntil !== undefined;
  const taken = {
    ...(ageMs === undefined ? {} : { TimeToAnswer: { value: ageMs, unit: 'Milliseconds' as const } }),
    ...(by.who === 'last resort' ? { LastResortAnswers: once } : {}),
    ...(endsDeferral ? { DeferralsEnded: once } : {}),
  };
  const ofService = { ReportRetries: count(retries), ...(alreadySettled ? {} : taken) };
  // What was settled already has been counted, or was not ours to answer.
  const ofOutcome = alreadySettled ? undefined : { Answers: once };
  printCounted(service, { ofService, ofOutcome, outcome: decision.kind }, printing);
}

/** Writes that a service's answer is left to somebody else. */
export function printDeferral(service: Service, printing: Printing): void {
  printCounted(service, { ofService: { DeferralsOpened: once } }, printing);
}

interface Counted {
  readonly ofService: Readonly<Record<string, Measured>>;
  readonly ofOutcome?: Readonly<Record<string, Measured>> | undefined;
  readonly outcome?: string;
}

function printCounted(service: Service, counted: Counted, { print, time, metricsNamespace }: Printing): void {
  if (metricsNamespace === undefined) return;
  const { ofService, ofOutcome, outcome } = counted;
  const groups = [
    ...(ofOutcome === undefined ? [] : [{ dimensionSets: [OF_OUTCOME], metrics: ofOutcome }]),
    { dimensionSets: [OF_SERVICE], metrics: ofService },
  ];
  const owner = dimensionValue(process.env.POWERTOOLS_SERVICE_NAME ?? '') || 'ringback';
  print(metricLine(metricsNamespace, time.now(), groups, { service: owner, callbackService: service.name, outcome }));
}

function count(value: number): Measured {
  return { value, unit: 'Count' };
}
const once = count(1);

/** CloudWatch drops a metric whose dimension is blank, begins with a colon or is not ASCII (API Reference, Dimension). */
function dimensionValue(text: string): string {
  return text
    .trim()
    .replace(/^:+/, '')
    .replaceAll(/[^ -~]/g, '?');
}
