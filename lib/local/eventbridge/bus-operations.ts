import { AwsError } from '../kernel/aws-error.ts';
import type { Operation, RequestContext } from '../kernel/service.ts';
import { busArn, busNamed, type EventBook, type EventBus, tagRecord } from './event-book.ts';
import { busNameOf } from './event-rule.ts';
import { isSimpleName } from './simple-name.ts';

const LONGEST_NAME = 256;

/** The operations on buses, and on the tags of buses and rules. */
export function busOperations(book: EventBook): Readonly<Record<string, Operation>> {
  const { kernel, buses, tags } = book;

  const describe = ({ name, arn, description, createdAt }: EventBus) => ({
    Name: name,
    Arn: arn,
    ...(description === undefined ? {} : { Description: description }),
    CreationTime: createdAt / 1000,
    LastModifiedTime: createdAt / 1000,
  });

  /** @throws AwsError ResourceNotFoundException */
  function tagged(input: { ResourceARN?: unknown }, action: string, request: RequestContext): string {
    const arn = String(input.ResourceARN);
    request.authorize(`events:${action}`, arn);
    const exists = book.rules().some((rule) => rule.arn === arn) || [...buses.values()].some((bus) => bus.arn === arn);
    if (exists) return arn;
    const name = arn.split('/').at(-1);
    const what = arn.includes(':rule/')
      ? `Rule ${name} does not exist on EventBus default.`
      : `${name} does not exist.`;
    throw new AwsError('ResourceNotFoundException', what);
  }

  return {
    CreateEventBus(input, request) {
      const { Name: name, Description: description } = input;
      if (!isSimpleName(name, LONGEST_NAME)) {
        throw new AwsError('ValidationException', `Value '${name}' at 'name' must be 1 to 256 of . - _ A-Z a-z 0-9.`);
      }
      if (/^aws\./i.test(name)) {
        throw new AwsError(
          'ValidationException',
          'Event bus name starting with aws. is not valid: it is for partners of AWS.',
        );
      }
      const arn = busArn(kernel, name);
      request.authorize('events:CreateEventBus', arn);
      if (buses.has(name)) throw new AwsError('ResourceAlreadyExistsException', `Event bus ${name} already exists.`);
      const given = tagRecord(input.Tags);
      const bus = { name, arn, createdAt: kernel.clock.now(), ...(description === undefined ? {} : { description }) };
      buses.set(name, bus);
      tags.set(arn, given);
      return { EventBusArn: arn, ...(description === undefined ? {} : { Description: description }) };
    },

    DescribeEventBus(input, request) {
      request.authorize('events:DescribeEventBus', busArn(kernel, busNameOf(input.Name)));
      return describe(busNamed(book, input.Name));
    },

    ListEventBuses(input, request) {
      request.authorize('events:ListEventBuses', '*');
      const prefix = String(input.NamePrefix ?? '');
      return { EventBuses: [...buses.values()].filter(({ name }) => name.startsWith(prefix)).map(describe) };
    },

    DeleteEventBus(input, request) {
      const name = busNameOf(input.Name);
      request.authorize('events:DeleteEventBus', busArn(kernel, name));
      if (name === 'default') throw new AwsError('ValidationException', 'Cannot delete event bus default.');
      if (book.rules().some((rule) => rule.busName === name)) {
        throw new AwsError('ValidationException', "Event bus can't be deleted since it has rules.");
      }
      buses.delete(name);
      tags.delete(busArn(kernel, name));
      return {};
    },

    TagResource(input, request) {
      const arn = tagged(input, 'TagResource', request);
      tags.set(arn, { ...tags.get(arn), ...tagRecord(input.Tags) });
      return {};
    },
    UntagResource(input, request) {
      const arn = tagged(input, 'UntagResource', request);
      const gone = (input.TagKeys ?? []) as readonly string[];
      tags.set(arn, Object.fromEntries(Object.entries(tags.get(arn) ?? {}).filter(([key]) => !gone.includes(key))));
      return {};
    },
    ListTagsForResource(input, request) {
      const arn = tagged(input, 'ListTagsForResource', request);
      return { Tags: Object.entries(tags.get(arn) ?? {}).map(([Key, Value]) => ({ Key, Value })) };
    },
  };
}
