import { operationMessage } from 'ringback/testing';
import { describe, expect, it } from 'vitest';
import { failedEnd } from '../../../lib/core/decision.ts';
import { createRedactor } from '../../../lib/core/secrets/redactor.ts';
import { fitOperation } from '../../../lib/servicecatalog/fit.ts';
import { operationService, recogniseOperation } from '../../../lib/servicecatalog/result-api.ts';

const { redact, scope } = createRedactor();
scope().add('a-secret-value');
const success = (details: object) => fitOperation({ kind: 'succeeded', details: details as never }, redact);
const failure = (details: object, reason = 'mine') =>
  fitOperation({ kind: 'failed', reason, category: 'failed', details: details as never }, redact);
const TAG = { key: 'Id', value: 'vpc-1' };

describe('the success of an operation', () => {
  it.each<[string, object, object]>([
    ['nothing', {}, {}],
    ['nothing where both are null', { outputs: null, resourceIdentifier: null }, {}],
    ['outputs', { outputs: { A: 1 } }, { outputs: [{ OutputKey: 'A', OutputValue: '1' }] }],
    ['an identifier', { resourceIdentifier: TAG }, { resourceIdentifier: TAG }],
    [
      'an identifier as long as may be',
      { resourceIdentifier: { key: 'ü'.repeat(128), value: '𝐀'.repeat(256) } },
      { resourceIdentifier: { key: 'ü'.repeat(128), value: '𝐀'.repeat(256) } },
    ],
    [
      'an identifier of all that a tag may be made of',
      { resourceIdentifier: { key: 'a 1_.:/=+-@', value: 'é' } },
      { resourceIdentifier: { key: 'a 1_.:/=+-@', value: 'é' } },
    ],
  ])('carries %s', (_what, details, expected) => {
    expect(success(details)).toStrictEqual({ kind: 'succeeded', details: expected });
  });

  it.each<[string, object, string]>([
    ['another member', { other: 1 }, '"other" is none of outputs, resourceIdentifier'],
    ['outputs that are none', { outputs: 'x' }, 'outputs must be an object or a list'],
    [
      'an identifier that is none',
      { resourceIdentifier: 'x' },
      'resourceIdentifier must be a tag: a key of 1 to 128 and a value of 1 to 256',
    ],
    ['an identifier without a value', { resourceIdentifier: { key: 'a' } }, 'resourceIdentifier must be a tag'],
    ['an identifier without a key', { resourceIdentifier: { value: 'a' } }, 'resourceIdentifier must be a tag'],
    ['an empty key', { resourceIdentifier: { key: '', value: 'a' } }, 'resourceIdentifier must be a tag'],
    ['a key of 129 characters', { resourceIdentifier: { key: 'a'.repeat(129), value: 'a' } }, 'must be a tag'],
    ['a value of 257 characters', { resourceIdentifier: { key: 'a', value: 'a'.repeat(257) } }, 'must be a tag'],
    ['a key with an odd character first', { resourceIdentifier: { key: '!a', value: 'a' } }, 'must be a tag'],
    ['a value with an odd character last', { resourceIdentifier: { key: 'a', value: 'a!' } }, 'must be a tag'],
  ])('is a failure where it has %s', (_what, details, reason) => {
    expect(success(details)).toMatchObject({
      kind: 'failed',
      category: 'configuration',
      details: {},
      reason: expect.stringMatching(/^the outcome cannot be reported: /),
    });
    expect(success(details)).toMatchObject({ reason: expect.stringContaining(reason) });
  });
});

describe('the failure of an operation', () => {
  it.each([
    ['is redacted', 'no a-secret-value', 'no [withheld]'],
    ['is never empty', '', 'failed without a reason'],
    ['has no characters beyond U+FFFF', 'a😀', 'a\ufffd'],
    ['may have 2,048 characters', 'x'.repeat(2_048), 'x'.repeat(2_048)],
    ['keeps the end of more', `${'x'.repeat(2_048)}y`, `…${'x'.repeat(2_046)}y`],
  ])('%s', (_what, reason, expected) => {
    expect(failure({}, reason)).toEqual({ kind: 'failed', reason: expected, category: 'failed', details: {} });
  });

  it('keeps what fits of its details, and leaves out the rest', () => {
    expect(failure({ outputs: 'x', resourceIdentifier: TAG, other: 1 }).details).toEqual({ resourceIdentifier: TAG });
    expect(failure({ outputs: { A: 1 }, resourceIdentifier: 5 }).details).toEqual({
      outputs: [{ OutputKey: 'A', OutputValue: '1' }],
    });
  });

  it('shows no sensitive output, and neither does another output', () => {
    const outputs = { Password: { value: 'pw1', sensitive: true }, Url: 'http://pw1@x/' };
    expect(failure({ outputs }, 'no pw1 and no a-secret-value')).toMatchObject({
      reason: 'no [withheld] and no [withheld]',
      details: {
        outputs: [
          { OutputKey: 'Password', OutputValue: '(sensitive value)' },
          { OutputKey: 'Url', OutputValue: 'http://[withheld]@x/' },
        ],
      },
    });
  });
});

describe('an operation', () => {
  it('is recognised in its message alone, by its record', () => {
    const message = operationMessage();
    const origin = { region: 'eu-central-1', functionName: 'Engine' };
    const recognised = operationService.recognise(message, origin);
    expect(recognised).toMatchObject({ id: message.recordId, ticket: { data: { token: message.token } } });
    expect(operationService.recognise({ ...message, token: undefined }, origin)).toBeUndefined();
    expect(operationService.recognise({}, origin)).toBeUndefined();
  });

  it('has the variables of a build for outputs', () => {
    expect(operationService.detailsOfExecution?.({ id: 'build', variables: { A: '1' } })).toEqual({
      outputs: { A: '1' },
    });
  });
});

describe('the request that answers an operation', () => {
  const requestOf = (operation: string, decision: ReturnType<typeof success>, provisionedProductId = 'pp-1') => {
    const message = { token: 'tok', operation, recordId: 'rec-1', provisionedProductId } as never;
    const { id, ticket } = recogniseOperation(message, 'eu-central-1');
    expect([id, ticket.region]).toEqual(['rec-1', 'eu-central-1']);
    return operationService.request(ticket, decision);
  };
  const outputs = success({ outputs: { A: 1 } });
  const both = success({ outputs: { A: 1 }, resourceIdentifier: TAG });
  const Outputs = [{ OutputKey: 'A', OutputValue: '1' }];
  const UniqueTag = { Key: 'Id', Value: 'vpc-1' };
  const succeeded = {
    WorkflowToken: 'tok',
    RecordId: 'rec-1',
    Status: 'SUCCEEDED',
    IdempotencyToken: 'succeeded-rec-1',
  };
  const failed = { ...succeeded, Status: 'FAILED', FailureReason: 'mine', IdempotencyToken: 'failed-rec-1' };

  it.each<[string, string, ReturnType<typeof success>, object]>([
    ['PROVISION_PRODUCT', 'Provision', both, { ...succeeded, Outputs, ResourceIdentifier: { UniqueTag } }],
    ['UPDATE_PROVISIONED_PRODUCT', 'Update', both, { ...succeeded, Outputs }],
    ['TERMINATE_PROVISIONED_PRODUCT', 'Terminate', both, succeeded],
    ['UPDATE_PROVISIONED_PRODUCT', 'Update', success({ outputs: {} }), succeeded],
    ['UPDATE_PROVISIONED_PRODUCT', 'Update', failure({ outputs: { A: 1 } }), { ...failed, Outputs }],
    ['TERMINATE_PROVISIONED_PRODUCT', 'Terminate', failure({}), failed],
    [
      'PROVISION_PRODUCT',
      'Provision',
      failure({ resourceIdentifier: TAG }),
      { ...failed, ResourceIdentifier: { UniqueTag } },
    ],
    ['SOMETHING_NEW', 'Provision', failure({}), failed],
  ])('of %s is that of Notify%s…Result: case %#', (operation, verb, decision, input) => {
    const request = requestOf(operation, decision);
    expect(request.operation).toMatch(new RegExp(`^Notify${verb}\\w*ProductEngineWorkflowResult$`));
    expect(request.input).toStrictEqual(input);
  });

  it('has the tag of the product, or else of the record, where logic named none', () => {
    const tagOf = (id: string) => requestOf('PROVISION_PRODUCT', outputs, id).input;
    expect(tagOf('pp-1')).toMatchObject({
      ResourceIdentifier: { UniqueTag: { Value: expect.stringContaining('pp-1') } },
    });
    expect(tagOf('')).toMatchObject({ ResourceIdentifier: { UniqueTag: { Value: expect.stringContaining('rec-1') } } });
  });

  it('carries a failure that says why', () => {
    expect(
      requestOf('TERMINATE_PROVISIONED_PRODUCT', fitOperation(failedEnd('gone', 'failed'), redact)).input,
    ).toMatchObject({
      FailureReason: 'gone',
    });
  });
});
