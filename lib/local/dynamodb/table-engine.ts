import { AwsError } from '../kernel/aws-error.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { type DynaliteAction, type DynaliteError, type Item, loadDynalite, type ParsedInput } from './dynalite.ts';
import { tableArn } from './table-arn.ts';

/** A table as DescribeTable tells it, as far as this service reads it. */
export interface Table {
  readonly TableName: string;
  readonly TableStatus: string;
  readonly KeySchema: readonly { readonly AttributeName: string; readonly KeyType: string }[];
}

/** Tables and items. Calls are not ordered by the engine: whoever needs that holds a lock. */
export interface TableEngine {
  /** Checks an input and parses its expressions; the input itself is left alone. @throws AwsError ValidationException */
  parse(action: DynaliteAction, input: object): ParsedInput;
  /** Does what a parsed input says. @throws AwsError */
  act(action: DynaliteAction, parsed: ParsedInput): Promise<Record<string, unknown>>;
  /** Parses and acts. @throws AwsError */
  run(action: DynaliteAction, input: object): Promise<Record<string, unknown>>;
  /** Whether the condition of a parsed write holds for the item that is there. */
  conditionHolds(parsed: ParsedInput, item: Item | undefined): boolean;
  /** The table of that name, if there is one. */
  table(name: string): Promise<Table | undefined>;
  close(): Promise<void>;
}

/** A table that is being created, as the library hands it out. */
interface NewTable {
  readonly TableName: string;
  TableArn: string;
  CreationDateTime: number;
  readonly GlobalSecondaryIndexes?: readonly { readonly IndexName: string; IndexArn: string }[];
  readonly LocalSecondaryIndexes?: readonly { readonly IndexName: string; IndexArn: string }[];
}

/** Creates an engine without tables, in memory. */
export function createTableEngine(kernel: Kernel): TableEngine {
  const dynalite = loadDynalite();
  const store = dynalite.db.create({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  store.tableDb.awsAccountId = kernel.accountId;
  store.tableDb.awsRegion = kernel.region;

  function parse(action: DynaliteAction, input: object): ParsedInput {
    const { types, custom } = dynalite.validation(action);
    try {
      const parsed = dynalite.validations.checkTypes(structuredClone(input), types);
      dynalite.validations.checkValidations(parsed, types, custom, store);
      return parsed;
    } catch (error) {
      throw toAwsError(error as DynaliteError);
    }
  }

  /** Gives a new table the simulated time and the partition; the library stores the same object again when it is active. */
  function useKernel(table: NewTable): void {
    table.CreationDateTime = kernel.clock.now() / 1000;
    table.TableArn = tableArn(kernel, table.TableName);
    for (const index of [...(table.GlobalSecondaryIndexes ?? []), ...(table.LocalSecondaryIndexes ?? [])]) {
      index.IndexArn = tableArn(kernel, table.TableName, index.IndexName);
    }
  }

  function act(action: DynaliteAction, parsed: ParsedInput): Promise<Record<string, unknown>> {
    return new Promise((resolve, reject) => {
      dynalite.action(action)(store, parsed, (error, output) => {
        if (error) {
          reject(toAwsError(error));
          return;
        }
        if (action === 'CreateTable') useKernel(output.TableDescription as NewTable);
        // What the library hands out it may still change, such as a table that becomes active.
        resolve(structuredClone(output));
      });
    });
  }

  const run = async (action: DynaliteAction, input: object) => act(action, parse(action, input));

  return {
    parse,
    act,
    run,
    conditionHolds: (parsed, item) => !dynalite.db.checkConditional(parsed, item),
    async table(name) {
      try {
        return (await run('DescribeTable', { TableName: name })).Table as Table;
      } catch (error) {
        if (error instanceof AwsError && error.code === 'ResourceNotFoundException') return undefined;
        throw error;
      }
    },
    close: () => store.db.close(),
  };
}

/** The service's own errors become AwsErrors; any other is a defect and passes as it is. */
function toAwsError(error: DynaliteError): Error {
  if (error.body === undefined) return error;
  const code = error.body.__type.split('#').at(-1) ?? 'InternalServerError';
  return new AwsError(code, error.body.message ?? error.body.Message ?? '', { status: error.statusCode ?? 400 });
}
