import { AwsCallError } from './aws-call-error.ts';
import { type CallLimits, callUntil } from './call-until.ts';
import type { AwsConnection } from './connection.ts';
import type { TimeSource } from './time-source.ts';

/** What {@link openTable} needs. */
export interface TableOptions<Name extends string> {
  readonly tableName: string;
  /** How the table calls each attribute; `key` is its partition key. */
  readonly attributes: Readonly<Record<Name | 'key', string>>;
  readonly connection: AwsConnection;
  readonly time: TimeSource;
  /** Which failures are waited out. @defaultValue throttling, 5xx and the network */
  readonly isRetryable?: CallLimits['isRetryable'];
}

/** A value that an attribute holds. */
export type AttributeValue = string | number | boolean;

/** An item that is written, by the names that the code gives its attributes. */
export type Item<Name extends string> = Readonly<Partial<Record<Name, AttributeValue>>>;

/** An item that was read: somebody else may have written it. A value of another type is as it was on the wire. */
export type FoundItem<Name extends string> = Readonly<Partial<Record<Name, unknown>>>;

/** One conditional write. */
export interface ItemUpdate<Name extends string> {
  readonly key: string;
  readonly set: Readonly<Partial<Record<Name, AttributeValue | undefined>>>;
  /** Set only where it is absent. */
  readonly keep?: Item<Name>;
  readonly remove?: readonly Name[];
  /** With `#name` for an attribute and `:name` for a value of `values`, `set` or `keep`. AND binds before OR. */
  readonly when: string;
  readonly values?: Readonly<Record<string, AttributeValue>>;
  /** Whether the answer is to hold the item. */
  readonly returnsNew?: boolean;
}

/** What a conditional write came to, and the item as it then stands. */
export interface Written<Name extends string> {
  readonly isDone: boolean;
  readonly item: FoundItem<Name> | undefined;
}

/** A table of DynamoDB; a call retries until `until`, in milliseconds since the epoch, and throws AwsCallError. */
export interface Table<Name extends string> {
  update(update: ItemUpdate<Name>, until: number): Promise<Written<Name>>;
  put(item: Item<Name>, until: number): Promise<void>;
  /** Reads consistently. */
  get(key: string, until: number): Promise<FoundItem<Name> | undefined>;
  /**
   * All items but those that lack an attribute and whose key holds a text, read consistently. A table may have any number
   * of pages: each of them retries for `pageMs` milliseconds.
   */
  scan(
    those: { readonly having: Name; readonly orKeyWithout: string },
    pageMs: number,
  ): Promise<readonly FoundItem<Name>[]>;
}

/** The wire of DynamoDB: JSON 1.0. */
export const DYNAMODB = { service: 'dynamodb', targetPrefix: 'DynamoDB_20120810', jsonVersion: '1.0' } as const;

/** One try ends here, in milliseconds: DynamoDB answers within 10, and a lost packet must not eat the deadline. */
const TRY_MS = 2_000;
/** One try of a page ends here, in milliseconds: it may have a megabyte, and whoever reads it a slow network. */
const PAGE_TRY_MS = 10_000;
const CONDITION_FAILED = 'ConditionalCheckFailedException';

interface WireItem {
  readonly [attribute: string]: { readonly S?: string; readonly N?: string; readonly BOOL?: boolean };
}

interface Reply {
  readonly Item?: WireItem;
  readonly Attributes?: WireItem;
  readonly Items?: readonly WireItem[];
  readonly LastEvaluatedKey?: WireItem;
}

/** Opens a table; no call is made. */
export function openTable<Name extends string>(options: TableOptions<Name>): Table<Name> {
  const { tableName, attributes, connection, time, isRetryable } = options;
  const statements = new Map<string, Statement>();
  const codeNames = new Map(Object.entries(attributes).map(([name, attribute]) => [attribute, name]));

  const call = (operation: string, input: object, until: number, tryMs = TRY_MS) => {
    const limits = { until, time, tryMs, ...(isRetryable === undefined ? {} : { isRetryable }) };
    return callUntil(connection, DYNAMODB, operation, { TableName: tableName, ...input }, limits) as Promise<Reply>;
  };

  const toWire = (item: object) =>
    Object.fromEntries(Object.entries(item).map(([name, value]) => [attributes[name as Name], marshal(value)]));

  const fromWire = (item: WireItem) =>
    Object.fromEntries(
      Object.entries(item).map(([attribute, value]) => [codeNames.get(attribute) ?? attribute, unmarshal(value)]),
    ) as FoundItem<Name>;

  return {
    async update(update, until) {
      try {
        const { Attributes: item } = await call('UpdateItem', updateInput(update, attributes, statements), until);
        return { isDone: true, item: item && fromWire(item) };
      } catch (error) {
        if (!(error instanceof AwsCallError) || error.code !== CONDITION_FAILED) throw error;
        const item = error.members.Item as WireItem | undefined;
        return { isDone: false, item: item && fromWire(item) };
      }
    },
    async put(item, until) {
      await call('PutItem', { Item: toWire(item) }, until);
    },
    async get(key, until) {
      const { Item: item } = await call('GetItem', { Key: toWire({ key }), ConsistentRead: true }, until);
      return item && fromWire(item);
    },
    async scan({ having, orKeyWithout }, pageMs) {
      const items: FoundItem<Name>[] = [];
      const input = {
        ConsistentRead: true,
        FilterExpression: 'attribute_exists(#having) OR NOT contains(#key, :text)',
        ExpressionAttributeNames: { '#having': attributes[having], '#key': attributes.key },
        ExpressionAttributeValues: { ':text': marshal(orKeyWithout) },
      };
      let start: WireItem | undefined;
      do {
        const from = start === undefined ? {} : { ExclusiveStartKey: start };
        const page = await call('Scan', { ...input, ...from }, time.now() + pageMs, PAGE_TRY_MS);
        items.push(...(page.Items ?? []).map(fromWire));
        start = page.LastEvaluatedKey;
      } while (start !== undefined);
      return items;
    },
  };
}

/** What an update says, without its key and its values. */
interface Statement {
  readonly expression: string;
  readonly names: Readonly<Record<string, string>>;
}

/**
 * The input of UpdateItem. A condition that does not hold gives what stands.
 *
 * @param statements - those that were written before: the code has a dozen updates, and makes them again and again
 */
function updateInput<Name extends string>(
  update: ItemUpdate<Name>,
  attributes: TableOptions<Name>['attributes'],
  statements: Map<string, Statement>,
) {
  const { key, set, keep = {}, remove = [], when, values = {}, returnsNew = false } = update;
  const given = Object.entries({ ...values, ...keep, ...set }).filter(([, value]) => value !== undefined);
  const sets = Object.keys(set).filter((name) => set[name as Name] !== undefined);
  const keeps = Object.keys(keep);
  const id = [sets, keeps, remove, when].join('/');
  let statement = statements.get(id);
  if (statement === undefined) {
    statement = statementOf({ sets, keeps, remove, when }, attributes);
    statements.set(id, statement);
  }
  return {
    Key: { [attributes.key]: { S: key } },
    UpdateExpression: statement.expression,
    ConditionExpression: when,
    ExpressionAttributeNames: statement.names,
    ExpressionAttributeValues: Object.fromEntries(given.map(([name, value]) => [`:${name}`, marshal(value)])),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    ...(returnsNew ? { ReturnValues: 'ALL_NEW' } : {}),
  };
}

function statementOf<Name extends string>(
  { sets, keeps, remove, when }: Readonly<Record<'sets' | 'keeps' | 'remove', readonly string[]>> & { when: string },
  attributes: TableOptions<Name>['attributes'],
): Statement {
  const assigned = [
    ...sets.map((name) => `#${name} = :${name}`),
    ...keeps.map((name) => `#${name} = if_not_exists(#${name}, :${name})`),
  ];
  const removes = remove.length > 0 ? ` REMOVE ${remove.map((name) => `#${name}`).join(', ')}` : '';
  const expression = `SET ${assigned.join(', ')}${removes}`;
  const used = new Set(`${expression} ${when}`.match(/#\w+/g));
  const names = Object.fromEntries([...used].map((name) => [name, attributes[name.slice(1) as Name]]));
  return { expression, names };
}

function marshal(value: unknown): object {
  if (typeof value === 'boolean') return { BOOL: value };
  return typeof value === 'number' ? { N: String(value) } : { S: value };
}

function unmarshal(value: WireItem[string]): unknown {
  return value.S ?? value.BOOL ?? (value.N === undefined ? value : Number(value.N));
}
