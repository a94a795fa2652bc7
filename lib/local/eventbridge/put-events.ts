import { AwsError } from '../kernel/aws-error.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Operation } from '../kernel/service.ts';
import { isRecord } from '../template/is-record.ts';
import { type EventEnvelope, envelopeOf } from './event-envelope.ts';
import { busNameOf } from './event-rule.ts';

/** The most entries of one request. */
const MOST_ENTRIES = 10;
/** The most bytes of all entries of one request together. */
const MOST_BYTES = 262_144;
/** What the time of an entry adds to its size. */
const TIME_BYTES = 14;

/** What `PutEvents` needs of the buses. */
export interface EventSink {
  readonly kernel: Kernel;
  busArn(name: string): string;
  publish(busName: string, event: EventEnvelope): void;
}

type Entry = Record<string, unknown>;
type EntryResult = { EventId: string } | { ErrorCode: string; ErrorMessage: string };

/** The operation `PutEvents`: entries that are not valid fail alone, the others go to their bus. */
export function putEvents({ kernel, busArn, publish }: EventSink): Operation {
  return (input, request) => {
    const entries = entriesOf(input);
    for (const name of new Set(entries.map((entry) => busNameOf(entry.EventBusName)))) {
      const ofBus = entries.filter((entry) => busNameOf(entry.EventBusName) === name);
      request.authorize('events:PutEvents', busArn(name), {
        'events:source': texts(ofBus, 'Source'),
        'events:detail-type': texts(ofBus, 'DetailType'),
      });
    }
    const results = entries.map((entry): EntryResult => {
      const checked = checkEntry(entry);
      if ('ErrorCode' in checked) return checked;
      const event = envelopeOf(kernel, checked);
      publish(busNameOf(entry.EventBusName), event);
      return { EventId: event.id };
    });
    return { FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length, Entries: results };
  };
}

function entriesOf(input: unknown): Entry[] {
  const entries = isRecord(input) ? input.Entries : undefined;
  if (!Array.isArray(entries) || entries.length === 0 || entries.length > MOST_ENTRIES || !entries.every(isRecord)) {
    throw new AwsError('ValidationException', `Entries must be a list of 1 to ${MOST_ENTRIES} entries.`);
  }
  const size = entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
  if (size > MOST_BYTES) {
    throw new AwsError('ValidationException', 'Total size of the entries in the request is over the limit.');
  }
  return entries;
}

function sizeOf(entry: Entry): number {
  const parts = [
    entry.Source,
    entry.DetailType,
    entry.Detail,
    ...(Array.isArray(entry.Resources) ? entry.Resources : []),
  ];
  const bytes = parts.reduce<number>((sum, part) => sum + (typeof part === 'string' ? Buffer.byteLength(part) : 0), 0);
  return bytes + (entry.Time === undefined ? 0 : TIME_BYTES);
}

function checkEntry(entry: Entry) {
  const refuse = (code: string, message: string) => ({ ErrorCode: code, ErrorMessage: message });
  for (const name of ['Source', 'DetailType', 'Detail'] as const) {
    if (typeof entry[name] !== 'string' || entry[name] === '') {
      return refuse('InvalidArgument', `Parameter ${name} is not valid. Reason: ${name} is a required argument.`);
    }
  }
  const {
    Source: source,
    DetailType: detailType,
    Detail: text,
    Resources: resources,
    Time: time,
  } = entry as Entry & {
    Source: string;
    DetailType: string;
    Detail: string;
  };
  if (source.startsWith('aws.')) {
    return refuse('NotAuthorizedForSourceException', `Not authorized for the source ${source}.`);
  }
  const detail = detailOf(text);
  if (detail === undefined) return refuse('MalformedDetail', 'Detail is malformed.');
  return {
    source,
    detailType,
    detail,
    resources: Array.isArray(resources) ? resources.map(String) : [],
    ...(typeof time === 'number' ? { time: time * 1000 } : {}),
  };
}

function detailOf(text: string): Record<string, unknown> | undefined {
  try {
    const detail: unknown = JSON.parse(text);
    return isRecord(detail) ? detail : undefined;
  } catch {
    return undefined;
  }
}

function texts(entries: readonly Entry[], member: string): string[] {
  return entries.map((entry) => entry[member]).filter((value) => typeof value === 'string');
}
