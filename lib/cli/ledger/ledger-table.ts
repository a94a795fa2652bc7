import { type AwsConnection, callUntil, createConnection, DYNAMODB, systemTime } from '../../aws/index.ts';
import { environmentVariables } from '../../constants.ts';
import { findRegion } from '../region.ts';
import { UsageError } from '../usage-error.ts';
import { awaitCredentials } from './await-credentials.ts';
import { awsProblem } from './aws-problem.ts';

/** The ledger that a command works on. */
export interface LedgerTable {
  readonly name: string;
  readonly connection: AwsConnection;
}

/** The options by which a command finds its ledger. */
export const ledgerOptions = {
  table: { type: 'string' },
  stack: { type: 'string' },
  region: { type: 'string' },
} as const;

/** The help of {@link ledgerOptions}. */
export const LEDGER_HELP = `
  --table NAME     the ledger table (default: ${environmentVariables.ledgerTable} of the environment)
  --stack NAME     the ledger table of this stack, found by its name
  --region REGION  where the table is (default: AWS_REGION, or the profile's)
`.slice(1, -1);

/** What {@link findLedgerTable} was told. */
export interface LedgerRequest {
  readonly table?: string | undefined;
  readonly stack?: string | undefined;
  readonly region?: string | undefined;
}

/**
 * Finds the ledger that a command was told of, by its options or its environment. Credentials come from the
 * environment or the standard chain of the AWS SDK, endpoints from AWS_ENDPOINT_URL.
 *
 * @throws UsageError when no table or no region is named, or the stack has no ledger or several
 */
export async function findLedgerTable(request: LedgerRequest, env: NodeJS.ProcessEnv): Promise<LedgerTable> {
  const { table, stack } = request;
  if (table !== undefined && stack !== undefined) throw new UsageError('give --table or --stack, not both');
  const fromEnvironment = stack === undefined ? env[environmentVariables.ledgerTable] : undefined;
  const named = table ?? fromEnvironment;
  if (!named && stack === undefined) {
    throw new UsageError(
      `no ledger table is named: pass --table NAME or --stack NAME, or set ${environmentVariables.ledgerTable}`,
    );
  }
  const region = await findRegion(request.region, env);
  const connection = createConnection({ env, region, awaitsCredentials: false });
  const what = named ? `the ledger table ${named} in ${region} could not be read` : couldNotList(connection);
  await awaitCredentials(connection, what);
  return { name: named || (await ledgerOfStack(stack ?? '', connection)), connection };
}

/**
 * The ledger of a stack by CloudFormation's way of naming: `Stack-LogicalId-RANDOM`, where the construct `Ringback`
 * gives a logical id that ends with `Ledger` and the CDK's hash.
 */
async function ledgerOfStack(stack: string, connection: AwsConnection): Promise<string> {
  const ledgers = (await listTables(connection)).filter((name) => LEDGER_NAME.test(name));
  const [found, ...more] = ledgers.filter((name) => name.replace(LEDGER_NAME, '') === stack);
  if (found === undefined) {
    const others = ledgers.length === 0 ? 'no table there looks like a ledger' : `ledgers there: ${ledgers.join(', ')}`;
    throw new UsageError(`stack ${stack} has no ledger table in ${connection.region}; ${others}; pass --table NAME`);
  }
  if (more.length > 0) {
    throw new UsageError(`stack ${stack} has several ledgers, pass one as --table: ${[found, ...more].join(', ')}`);
  }
  return found;
}

/** What follows the stack's name; a logical id has no hyphen, so a longer stack name is never mistaken for it. */
const LEDGER_NAME = /-[A-Za-z0-9]*Ledger[0-9A-F]{8}-[A-Z0-9]+$/;

/** How long DynamoDB may take to tell a page of its tables, in milliseconds. */
const LIST_PATIENCE_MS = 10_000;

function couldNotList({ region }: AwsConnection): string {
  return `the tables in ${region} could not be listed`;
}

async function listTables(connection: AwsConnection): Promise<readonly string[]> {
  const names: string[] = [];
  let start: string | undefined;
  do {
    const from = start === undefined ? {} : { ExclusiveStartTableName: start };
    const limits = { until: systemTime.now() + LIST_PATIENCE_MS, time: systemTime };
    const page = (await callUntil(connection, DYNAMODB, 'ListTables', from, limits).catch((error: unknown) => {
      throw awsProblem(error, couldNotList(connection));
    })) as { TableNames?: string[]; LastEvaluatedTableName?: string };
    names.push(...(page.TableNames ?? []));
    start = page.LastEvaluatedTableName;
  } while (start !== undefined);
  return names;
}
