import type { Kernel } from '../kernel/kernel.ts';
import type { LocalService, Operation } from '../kernel/service.ts';
import model from '../models/monitoring.json' with { type: 'json' };
import { createQueryApi, type QueryContent } from '../wire/query-api.ts';
import type { QueryStructure, QueryValue } from '../wire/query-input.ts';
import { createRpcApi } from '../wire/rpc-api.ts';
import { createInputValidator } from '../wire/validate-input.ts';
import { createAlarmOperations } from './alarm-operations.ts';

const TARGET = 'GraniteServiceVersion20100801';

/** The members of requests that are no text, which the query protocol writes as text. */
const NUMBERS: ReadonlySet<string> = new Set([
  'DatapointsToAlarm',
  'EvaluationPeriods',
  'MaxRecords',
  'Period',
  'Threshold',
]);
const TRUTHS: ReadonlySet<string> = new Set(['ActionsEnabled', 'ReturnData']);

/** Creates CloudWatch's alarms, in all three protocols that clients speak: rpc-v2-cbor, JSON and query. */
export function createCloudWatch(kernel: Kernel): LocalService {
  const validate = createInputValidator(model, { validationErrorCode: 'ValidationError' });
  // One check for all protocols: the wire checks those of JSON services alone.
  const operations = Object.fromEntries(
    Object.entries(createAlarmOperations(kernel)).map(([name, act]): [string, Operation] => [
      name,
      (input, request) => {
        validate(name, input);
        return act(input, request);
      },
    ]),
  );
  const query = createQueryApi({
    title: 'CloudWatch',
    signingNames: [],
    namespace: 'http://monitoring.amazonaws.com/doc/2010-08-01/',
    actions: mapped(operations, (act) => async (input: QueryStructure, request) => {
      const output = await act(typed(input) as object, request);
      return Object.keys(output).length === 0 ? undefined : (output as QueryContent);
    }),
  });
  const rpc = createRpcApi({ target: TARGET, operations });
  return {
    name: 'monitoring',
    json: {
      targetPrefix: TARGET,
      jsonVersion: '1.0',
      operations: mapped(
        operations,
        (act): Operation =>
          async (input, request) => {
            return inSeconds(await act(input, request)) as object;
          },
      ),
    },
    http: {
      signingNames: ['monitoring'],
      handle: (request, response, context) =>
        (request.headers['smithy-protocol'] === 'rpc-v2-cbor' ? rpc : query).handle(request, response, context),
    },
  };
}

function mapped<From, To>(
  operations: Readonly<Record<string, From>>,
  change: (operation: From) => To,
): Readonly<Record<string, To>> {
  return Object.fromEntries(Object.entries(operations).map(([name, operation]) => [name, change(operation)]));
}

/** A request of the query protocol with its numbers and truth values as such. */
function typed(value: QueryValue | undefined, name = ''): unknown {
  if (Array.isArray(value)) return value.map((entry) => typed(entry));
  if (typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([member, entry]) => [member, typed(entry, member)]));
  }
  if (NUMBERS.has(name)) return Number(value);
  return TRUTHS.has(name) ? value === 'true' : value;
}

/** An answer with its times as JSON has them: seconds since the epoch. */
function inSeconds(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (Array.isArray(value)) return value.map(inSeconds);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([member, entry]) => [member, inSeconds(entry)]));
}
