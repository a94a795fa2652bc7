import { ledgerAttributes as names } from '../../constants.ts';

/** An attribute of an entry, by its name in the code. */
type Name = keyof typeof names;
type Value = string | number | boolean;

/** One conditional write of an entry, in the words of the code. */
export interface EntryUpdate {
  readonly key: string;
  readonly set: Readonly<Partial<Record<Name, Value | undefined>>>;
  /** Set only where it is absent. */
  readonly keep?: Readonly<Partial<Record<Name, Value>>>;
  readonly remove?: readonly Name[] | undefined;
  /**
   * With `#name` for an attribute and `:name` for a value of `values`. AND binds before OR; without parentheses, since
   * some emulators take milliseconds to parse nested ones.
   */
  readonly when: string;
  readonly values?: Readonly<Record<string, Value>>;
  /** Whether the answer is to hold the entry. */
  readonly returnsNew?: boolean;
}

/** An item of these attributes. */
export function marshalled(attributes: Readonly<Partial<Record<Name, Value>>>): object {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [names[name as Name], marshal(value)]));
}

/** The input of DynamoDB's UpdateItem for a write. A condition that does not hold gives what stands. */
export function updateInput({ key, set, keep = {}, remove = [], when, values = {}, returnsNew }: EntryUpdate): object {
  const sets = Object.entries(set).filter(([, value]) => value !== undefined) as [Name, Value][];
  const keeps = Object.entries(keep) as [Name, Value][];
  const parts = [
    ...sets.map(([name]) => `#${name} = :${name}`),
    ...keeps.map(([name]) => `#${name} = if_not_exists(#${name}, :${name})`),
  ];
  const update = `SET ${parts.join(', ')}${remove.length > 0 ? ` REMOVE ${remove.map((name) => `#${name}`).join(', ')}` : ''}`;
  const used = new Set(`${update} ${when}`.match(/#\w+/g));
  return {
    Key: { [names.key]: { S: key } },
    UpdateExpression: update,
    ConditionExpression: when,
    ExpressionAttributeNames: Object.fromEntries([...used].map((name) => [name, names[name.slice(1) as Name]])),
    ExpressionAttributeValues: Object.fromEntries(
      [...sets, ...keeps, ...Object.entries(values)].map(([name, value]) => [`:${name}`, marshal(value)]),
    ),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    ...(returnsNew === true ? { ReturnValues: 'ALL_NEW' } : {}),
  };
}

function marshal(value: Value): object {
  if (typeof value === 'boolean') return { BOOL: value };
  return typeof value === 'number' ? { N: String(value) } : { S: value };
}
