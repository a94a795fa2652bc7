import { escapeXml } from '../wire/xml.ts';
import { queryCompatibleError } from './query-compatible.ts';

type Members = Readonly<Record<string, unknown>>;

/** The namespace of answers of the query protocol. */
export const SQS_NAMESPACE = 'http://queue.amazonaws.com/doc/2012-11-05/';

/** The operations without a result: they are answered by the request's id alone. */
const WITHOUT_RESULT: ReadonlySet<string> = new Set([
  'AddPermission',
  'ChangeMessageVisibility',
  'DeleteMessage',
  'DeleteQueue',
  'PurgeQueue',
  'RemovePermission',
  'SetQueueAttributes',
  'TagQueue',
  'UntagQueue',
]);

/** What an entry of a map is called, and its key. */
const MAPS: Readonly<Record<string, readonly [element: string, key: string]>> = {
  Attributes: ['Attribute', 'Name'],
  MessageAttributes: ['MessageAttribute', 'Name'],
  Tags: ['Tag', 'Key'],
};

/** The document that answers an operation. */
export function queryAnswer(operation: string, output: object, requestId: string): string {
  const result = WITHOUT_RESULT.has(operation)
    ? ''
    : element(`${operation}Result`, contentOf(operation, output as Members));
  const metadata = element('ResponseMetadata', element('RequestId', escapeXml(requestId)));
  return `<?xml version="1.0"?><${operation}Response xmlns="${SQS_NAMESPACE}">${result}${metadata}</${operation}Response>`;
}

function contentOf(operation: string, members: Members): string {
  return Object.entries(members)
    .map(([name, value]) => memberOf(operation, name, value))
    .join('');
}

function memberOf(operation: string, name: string, value: unknown): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) {
    return value.map((entry) => element(elementOf(operation, name), valueIn(operation, coded(name, entry)))).join('');
  }
  const map = Object.hasOwn(MAPS, name) ? MAPS[name] : undefined;
  if (map === undefined) return element(name, valueIn(operation, value));
  const [entryName, key] = map;
  return Object.entries(value as Members)
    .map(([entryKey, entry]) => `${element(key, escapeXml(entryKey))}${element('Value', valueIn(operation, entry))}`)
    .map((entry) => element(entryName, entry))
    .join('');
}

function valueIn(operation: string, value: unknown): string {
  if (typeof value === 'object' && value !== null) return contentOf(operation, value as Members);
  return escapeXml(String(value));
}

/** What an entry of a list is called. */
function elementOf(operation: string, list: string): string {
  if (list === 'Successful') return `${operation}ResultEntry`;
  if (list === 'Failed') return 'BatchResultErrorEntry';
  return list === 'Messages' ? 'Message' : 'QueueUrl';
}

/** The failed entries of batches have codes of the query protocol. */
function coded(list: string, entry: unknown): unknown {
  if (list !== 'Failed') return entry;
  const failed = entry as { readonly Code: string };
  return { ...failed, Code: queryCompatibleError(failed.Code).queryCode };
}

function element(name: string, content: string): string {
  return `<${name}>${content}</${name}>`;
}
