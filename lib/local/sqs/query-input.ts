import type { QueryStructure, QueryValue } from '../wire/query-input.ts';

type Members = Readonly<Record<string, unknown>>;

/** A list of the query protocol by the name of its elements, such as `AttributeName.1=All`; and its name in JSON. */
const LISTS: Readonly<Record<string, string>> = {
  AWSAccountId: 'AWSAccountIds',
  ActionName: 'Actions',
  AttributeName: 'AttributeNames',
  ChangeMessageVisibilityBatchRequestEntry: 'Entries',
  DeleteMessageBatchRequestEntry: 'Entries',
  MessageAttributeName: 'MessageAttributeNames',
  MessageSystemAttributeName: 'MessageSystemAttributeNames',
  SendMessageBatchRequestEntry: 'Entries',
  TagKey: 'TagKeys',
};

/** A map, such as `Attribute.1.Name=DelaySeconds&Attribute.1.Value=5`. botocore calls the one of TagQueue `Tags`. */
const MAPS: Readonly<Record<string, readonly [member: string, key: string]>> = {
  Attribute: ['Attributes', 'Name'],
  MessageAttribute: ['MessageAttributes', 'Name'],
  MessageSystemAttribute: ['MessageSystemAttributes', 'Name'],
  Tag: ['Tags', 'Key'],
  Tags: ['Tags', 'Key'],
};

const NUMBERS: ReadonlySet<string> = new Set(['MaxResults', 'MaxNumberOfMessagesPerSecond']);

/** The input of an operation as JSON has it, of a request of the query protocol. */
export function jsonInputOf(operation: string, form: QueryStructure): Members {
  const input = membersOf(form);
  if (operation !== 'CreateQueue') return input;
  // This operation alone spells the member with a small letter.
  const { Tags, ...others } = input;
  return Tags === undefined ? others : { ...others, tags: Tags };
}

function membersOf(form: QueryStructure): Members {
  const members: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(form)) {
    if (value === undefined) continue;
    const list = Object.hasOwn(LISTS, name) ? LISTS[name] : undefined;
    const map = Object.hasOwn(MAPS, name) ? MAPS[name] : undefined;
    if (list !== undefined) members[list] = entriesOf(value).map(memberOf);
    else if (map !== undefined) members[map[0]] = mapOf(value, map[1]);
    else members[name] = NUMBERS.has(name) ? Number(value) : memberOf(value);
  }
  return members;
}

function memberOf(value: QueryValue): unknown {
  return isStructure(value) ? membersOf(value) : value;
}

function mapOf(value: QueryValue, key: string): Members {
  const pairs = entriesOf(value).map((entry) => {
    const { [key]: name = '', Value = '' } = isStructure(entry) ? entry : {};
    return [String(name), memberOf(Value)] as const;
  });
  return Object.fromEntries(pairs);
}

/** The entries in the order of their numbers. Clients of old leave the number out where there is but one. */
function entriesOf(value: QueryValue): readonly QueryValue[] {
  if (!isStructure(value)) return [value];
  const numbered = Object.entries(value).filter(([name]) => /^\d+$/.test(name));
  if (numbered.length === 0) return [value];
  return numbered
    .sort(([one], [other]) => Number(one) - Number(other))
    .flatMap(([, entry]) => (entry === undefined ? [] : [entry]));
}

function isStructure(value: QueryValue): value is QueryStructure {
  return typeof value === 'object' && !Array.isArray(value);
}
