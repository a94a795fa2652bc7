import type { Kernel } from '../kernel/kernel.ts';

/** An event as rules match it and targets receive it. */
export interface EventEnvelope {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  /** ISO 8601 in UTC, to the second. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: unknown;
}

/** What the sender of an event says. */
export interface EventContent {
  readonly source: string;
  readonly detailType: string;
  readonly detail: unknown;
  readonly resources?: readonly string[];
  /** Milliseconds since the epoch. @defaultValue the simulated time */
  readonly time?: number;
}

/** Puts an event into its envelope. */
export function envelopeOf(kernel: Kernel, content: EventContent): EventEnvelope {
  return {
    version: '0',
    id: kernel.uuid(),
    'detail-type': content.detailType,
    source: content.source,
    account: kernel.accountId,
    time: timeText(content.time ?? kernel.clock.now()),
    region: kernel.region,
    resources: content.resources ?? [],
    detail: content.detail,
  };
}

/** A time as events carry it. @param milliseconds Since the epoch. */
export function timeText(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');
}
