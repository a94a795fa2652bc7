import { readFileSync } from 'node:fs';
import { developer } from '../actions/developer.ts';
import { ApiError, notThere } from '../api/api-error.ts';
import type { ConsoleParts } from '../api/console-parts.ts';
import type { CallRecord, InvocationRecord } from '../state/records.ts';

/** A file of a test. */
export interface KeptTest {
  readonly fileName: string;
  readonly text: string;
}

/** Objects larger than this are not written into a test, in bytes. */
const MOST_BYTES = 100_000;
/** The operations by which a service is answered. */
const ANSWERS = /^(Put\w*Job\w*Result|SendWorkflowStepState|Notify\w+Result)$/;

/**
 * Writes an invocation as a test that passes with `ringback/testing` and Node's own runner: the same event with example
 * secrets, the objects that the event names, and the answer that the service got.
 *
 * @param module - where the test imports `handler` from; the user's own file is not known here
 * @throws ApiError when there is no such invocation, or its event was not kept
 */
export function keepAsTest(id: string, module: string | null, parts: ConsoleParts): KeptTest {
  const record = parts.history.invocations.get(id);
  if (record === undefined) throw notThere('invocation', id);
  if (record.event === undefined) throw new ApiError(409, 'the event was too large or nested too deep to keep');
  const name = parts.rename(record.functionName).split('/').at(-1) ?? 'handler';
  const fileName = `${name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()}-kept.test.ts`;
  return { fileName, text: testText(record, name, module || '../handlers/handler.ts', parts) };
}

function testText(record: InvocationRecord, name: string, module: string, parts: ConsoleParts): string {
  const { withholder, history } = parts;
  const event = exampleSecrets(withholder.withhold(record.event));
  const answers = [...history.calls.values()].filter(
    ({ invocationId, operation, error }) =>
      invocationId === record.id && error === undefined && ANSWERS.test(operation),
  );
  return `import { deepEqual } from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { lambdaContext, type RecordingService, recordAnswers } from 'ringback/testing';
import { handler } from ${quoted(module)};

// Kept from the local cloud. Secrets are replaced by examples.
const event = ${JSON.stringify(event, null, 2)};

let service: RecordingService;

beforeEach(async () => {
  service = await recordAnswers();
${objectsOf(record.event, parts)
  .map((object) => `  ${object}\n`)
  .join('')}});
afterEach(() => service.close());

test(${quoted(`${name} answers as it did in the local cloud`)}, async () => {
  ${answers.length > 0 ? callOf('handler') : `${callOf('Promise.resolve().then(() => handler')}).catch(() => undefined)`};
  deepEqual(
    service.answers.map(({ operation }) => operation),
    ${JSON.stringify(answers.map(({ operation }: CallRecord) => operation)).replaceAll('"', "'")},
  );
});
`;
}

function callOf(handler: string): string {
  return `await ${handler}(event, lambdaContext())`;
}

/** The objects that an event names, as far as they are still there and small. */
function objectsOf(event: unknown, { cloud }: ConsoleParts): readonly string[] {
  return placesIn(event).map(({ bucket, key }) => {
    const place = `${quoted(bucket)}, ${quoted(key)}`;
    try {
      const object = cloud.objects.get(developer(cloud), bucket, key);
      if (object.size > MOST_BYTES)
        return `// s3://${bucket}/${key} has ${object.size} bytes: put it here by service.putObject(${place}, …)`;
      const bytes = readFileSync(object.file).toString('base64');
      return `service.putObject(${place}, Buffer.from('${bytes}', 'base64'));`;
    } catch {
      return `// s3://${bucket}/${key} was not there any more`;
    }
  });
}

/** Where the inputs of an event are: artifacts of a job, the file of a step. */
function placesIn(value: unknown, name = ''): readonly { readonly bucket: string; readonly key: string }[] {
  if (typeof value !== 'object' || value === null || name === 'outputArtifacts') return [];
  const { bucketName, objectKey, bucket, key } = value as Readonly<Record<string, unknown>>;
  const [where, what] = [bucketName ?? bucket, objectKey ?? key];
  if (typeof where === 'string' && typeof what === 'string') return [{ bucket: where, key: what }];
  return Object.entries(value).flatMap(([member, inner]) => placesIn(inner, member));
}

/** Stand-ins become examples in the form of the secrets that they stand for. */
function exampleSecrets(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll(/\(withheld (\d+)\)/g, 'example-secret-$1');
  if (Array.isArray(value)) return value.map(exampleSecrets);
  if (typeof value !== 'object' || value === null) return value;
  // A continuation token leads to an entry of a ledger, which a test has not: it begins anew.
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== 'continuationToken')
      .map(([name, inner]) => [name, exampleSecrets(inner)]),
  );
}

function quoted(text: string): string {
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}
