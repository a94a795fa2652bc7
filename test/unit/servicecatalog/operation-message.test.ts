import fc from 'fast-check';
import { operationMessage } from 'ringback/testing';
import { describe, expect, it } from 'vitest';
import { readOperationMessage } from '../../../lib/servicecatalog/operation-message.ts';
import { operationService } from '../../../lib/servicecatalog/result-api.ts';
import { recordedProvision, recordedTerminate } from './fixtures/recorded-messages.ts';

describe('readOperationMessage', () => {
  it('reads a recorded message to provision as it stands', () => {
    expect(readOperationMessage(recordedProvision)).toEqual({
      token: '965d4597-3088-41ae-87dc-3498daf1d69d',
      recordId: 'rec-rf5pmkrnabmx4',
      operation: 'PROVISION_PRODUCT',
      provisionedProductId: 'pp-ctfiwih3iodci',
      provisionedProductName: 'tf-s3-bucket-11261452',
      productId: 'prod-xayh7l3a7e66m',
      provisioningArtifactId: 'pa-qhjerwxbaulto',
      launchRoleArn: 'arn:aws:iam::111111111111:role/ServiceCatalogLaunchRole',
      artifact: {
        bucket: 'sc-1f4e39d8d6ee2486532d12570660174a-us-gov-west-1',
        key: 'out/7a4b/6041-1732629850224-f9596553',
      },
      identity: { principal: 'AROASGNG33TL2BDDOJDZK', awsAccountId: '111111111111', organizationId: undefined },
      parameters: { bucket_name_prefix: 'the-prefix-' },
      tags: { finops_project_name: 'project-a', finops_project_number: '2222' },
      problems: [],
    });
  });

  it('reads a recorded message to terminate, which has no artifact, as it stands', () => {
    expect(readOperationMessage(recordedTerminate)).toMatchObject({
      operation: 'TERMINATE_PROVISIONED_PRODUCT',
      artifact: undefined,
      parameters: {},
      tags: {},
      problems: [],
    });
  });

  it.each([
    ['UPDATE_PROVISIONED_PRODUCT', 'UPDATE_PROVISIONED_PRODUCT'],
    ['UPDATE_PROVISION_PRODUCT', 'UPDATE_PROVISIONED_PRODUCT'],
    ['TERMINATE_PROVISION_PRODUCT', 'TERMINATE_PROVISIONED_PRODUCT'],
    ['PROVISION_PRODUCT', 'PROVISION_PRODUCT'],
  ])('understands %s', (spelling, operation) => {
    const read = readOperationMessage({ ...recordedProvision, operation: spelling });
    expect(read).toMatchObject({ operation, problems: [] });
  });

  it.each([
    ['null', null],
    ['a string', 'The end user'],
    ['empty strings', { principal: '', awsAccountId: '111111111111', organizationId: '' }],
  ])('takes an identity that is %s', (_, identity) => {
    const read = readOperationMessage({ ...recordedProvision, identity });
    expect(read.problems).toEqual([]);
    expect(read.identity.principal).toBeUndefined();
  });

  it.each([
    ['an unknown operation', { operation: 'IMPORT' }, 'the operation "IMPORT" is none that this engine knows'],
    ['no product', { provisionedProductId: undefined }, 'the message has no provisionedProductId'],
    ['no artifact', { artifact: undefined }, 'the artifact has no path'],
    ['an address elsewhere', { artifact: { path: 'https://a/b', type: 'AWS_S3' } }, 'is no s3://BUCKET/KEY'],
    ['an artifact of another kind', { artifact: { path: 's3://a/b', type: 'HTTP' } }, 'AWS_S3 is the only one'],
    ['parameters that are none', { parameters: 'a=b' }, 'parameters must be a list'],
    ['a parameter without a key', { parameters: [{ value: 'x' }] }, 'parameters[0] has no key'],
    ['a number as value', { parameters: [{ key: 'n', value: 3 }] }, 'parameters.n must be text'],
  ])('can be answered, and says what is wrong, with %s', (_, override, problem) => {
    const read = readOperationMessage({ ...recordedProvision, ...override });
    expect(read.recordId).toBe('rec-rf5pmkrnabmx4');
    expect(read.problems.join('; ')).toContain(problem);
  });

  it.each([
    ['a record id', { recordId: undefined }, 'without recordId'],
    ['a token', { token: '' }, 'without token'],
    ['a record id that a request can carry', { recordId: 'rec 1' }, 'its recordId is not made of'],
  ])('refuses a message without %s, naming members and no values', (_, override, problem) => {
    const read = () => readOperationMessage({ ...recordedProvision, ...override });
    expect(read).toThrow(problem);
    expect(read).toThrow(expect.not.objectContaining({ message: expect.stringContaining('the-prefix-') }));
  });

  it('reads anything that can be answered without throwing, and recognises the same', () => {
    const member = fc.oneof(fc.anything(), fc.string(), fc.constantFrom('rec-1', 'PROVISION_PRODUCT', 'S3://a/b'));
    const members = Object.fromEntries([...Object.keys(recordedProvision)].map((key) => [key, member]));
    fc.assert(
      fc.property(fc.record(members, { requiredKeys: [] }), (event) => {
        const recognised = operationService.recognise(event, { functionName: undefined, region: 'us-east-1' });
        if (recognised === undefined) expect(() => readOperationMessage(event)).toThrow('expected an operation');
        else expect(readOperationMessage(event).recordId).toBe(recognised.id);
      }),
    );
  });

  it('reads what the event factory makes', () => {
    expect(readOperationMessage(operationMessage()).problems).toEqual([]);
    expect(readOperationMessage(operationMessage({ operation: 'TERMINATE_PROVISIONED_PRODUCT' })).problems).toEqual([]);
  });
});
