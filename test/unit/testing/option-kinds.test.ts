import {
  executorJobEvent,
  lambdaContext,
  operationMessage,
  parameterParserEvent,
  pipelineJobEvent,
  polledJob,
  workerJobEvent,
  workflowStepEvent,
} from 'ringback/testing';
import { describe, expect, it } from 'vitest';

/** What JavaScript lets through. */
const anything = (value: unknown) => value as never;

describe('an event is not made of a value of another kind', () => {
  it.each<[string, () => unknown, RegExp]>([
    [
      'a timeout in a text',
      () => lambdaContext(anything({ timeoutMs: '5' })),
      /timeoutMs of lambdaContext must be a number, but is "5"$/,
    ],
    ['no timeout', () => lambdaContext({ timeoutMs: Number.NaN }), /timeoutMs .* but is the number NaN$/],
    ['a clock that stands', () => lambdaContext(anything({ now: 5 })), /now of lambdaContext must be a function/],
    ['an id of a job', () => pipelineJobEvent(anything({ id: 5 })), /id of pipelineJobEvent must be a text/],
    [
      'the names of artifacts',
      () => pipelineJobEvent(anything({ inputArtifacts: ['App'] })),
      /entry 0 must be an object with texts as name, bucket, key, but is "App"$/,
    ],
    [
      'one artifact',
      () => pipelineJobEvent(anything({ outputArtifacts: { name: 'App' } })),
      /must be a list, but is an object$/,
    ],
    [
      'a number in a configuration',
      () => polledJob(anything({ configuration: { Level: 3 } })),
      /"Level" must be a text, but is the number 3$/,
    ],
    [
      'a client token',
      () => workerJobEvent(anything({ clientToken: 5 })),
      /clientToken of workerJobEvent must be a text/,
    ],
    [
      'the artifacts of an executor',
      () => executorJobEvent(anything({ inputArtifacts: [{}] })),
      /entry 0 must be an object with/,
    ],
    [
      'the address of a file',
      () => workflowStepEvent(anything({ file: 's3://uploads/a.csv' })),
      /must be \{ bucket, key \} or .* but is "s3:/,
    ],
    ['half a file', () => workflowStepEvent(anything({ file: { bucket: 'uploads' } })), /must be \{ bucket, key \} or/],
    [
      'an operation that there is not',
      () => operationMessage(anything({ operation: 'PROVISION' })),
      /must be PROVISION_PRODUCT or .* but is "PROVISION"$/,
    ],
    [
      'a parameter that is a number',
      () => operationMessage(anything({ parameters: { Size: 3 } })),
      /"Size" must be a text/,
    ],
    [
      'the name of a product',
      () => operationMessage(anything({ provisionedProduct: 'bucket' })),
      /with texts as id, name, but is "bucket"$/,
    ],
    [
      'the artifact of a parser',
      () => parameterParserEvent(anything({ artifact: 's3://a/b' })),
      /with texts as bucket, key/,
    ],
  ])('%s', (_what, make, message) => {
    expect(make).toThrow(expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringMatching(message) }));
  });
});
