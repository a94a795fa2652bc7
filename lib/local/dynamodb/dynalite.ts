import { createRequire } from 'node:module';

/**
 * The parts of the library dynalite that are used, typed as narrowly as that use. The library's own HTTP server is
 * left out: its actions are called directly, so it opens no port.
 */
export interface Dynalite {
  /** Checks an input and gives it with its expressions parsed. */
  readonly validations: {
    checkTypes(input: object, types: object): ParsedInput;
    checkValidations(input: ParsedInput, types: object, custom: unknown, store: DynaliteStore): void;
  };
  readonly db: {
    create(options: { createTableMs: number; deleteTableMs: number; updateTableMs: number }): DynaliteStore;
    /** Gives an error when the condition of an input does not hold for an item. */
    checkConditional(input: ParsedInput, item: Item | undefined): Error | null | undefined;
  };
  action(name: DynaliteAction): (store: DynaliteStore, input: ParsedInput, done: Done) => void;
  validation(name: DynaliteAction): { readonly types: object; readonly custom: unknown };
}

/** The store of tables and items, in memory. */
export interface DynaliteStore {
  readonly tableDb: { awsAccountId: string; awsRegion: string };
  readonly db: { close(): Promise<void> };
}

/** How an action ends. */
export type Done = (error: DynaliteError | null | undefined, output: Record<string, unknown>) => void;

/** An error of the service as the library throws it. */
export interface DynaliteError extends Error {
  readonly statusCode?: number;
  readonly body?: { readonly __type: string; readonly message?: string; readonly Message?: string };
}

/** An input that has passed validation; its expressions stand in members of the library's own. */
export interface ParsedInput extends Record<string, unknown> {
  readonly TableName: string;
  /** The conditions of a Query by attribute, however they were written. */
  readonly KeyConditions?: Readonly<Record<string, { readonly AttributeValueList: readonly AttributeValue[] }>>;
}

/** A value in DynamoDB's own JSON, such as `{"S": "text"}`. */
export type AttributeValue = Readonly<Record<string, unknown>>;

/** An item, or a key, by attribute name. */
export type Item = Readonly<Record<string, AttributeValue>>;

/** The operations that the library has. */
export const DYNALITE_ACTIONS = [
  'BatchGetItem',
  'BatchWriteItem',
  'CreateTable',
  'DeleteItem',
  'DeleteTable',
  'DescribeTable',
  'GetItem',
  'ListTables',
  'ListTagsOfResource',
  'PutItem',
  'Query',
  'Scan',
  'TagResource',
  'UntagResource',
  'UpdateItem',
  'UpdateTable',
] as const;

/** One of {@link DYNALITE_ACTIONS}. */
export type DynaliteAction = (typeof DYNALITE_ACTIONS)[number];

/** Loads the library. It ships CommonJS without types, so this is where its shapes are asserted. */
export function loadDynalite(): Dynalite {
  const require = createRequire(import.meta.url);
  const fileOf = (name: DynaliteAction) => `${name.slice(0, 1).toLowerCase()}${name.slice(1)}`;
  return {
    db: require('dynalite/db'),
    validations: require('dynalite/validations'),
    action: (name) => require(`dynalite/actions/${fileOf(name)}`),
    validation: (name) => require(`dynalite/validations/${fileOf(name)}`),
  };
}
