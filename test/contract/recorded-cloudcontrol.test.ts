import { describe, expect, it } from 'vitest';
import { type CloudClient, startCloud } from '../unit/local/cloudcontrol/cloud-client.ts';

// What AWS answered on 2023-02-01, as the tests of localstack/localstack (Apache-2.0) recorded it; ids and times apart.

const TypeName = 'AWS::S3::Bucket';
const UNKNOWN_TYPE = 'AWS::LocalStack::DoesNotExist';
const ID = expect.any(String);

function create({ json }: CloudClient, desired: object, more: object = {}) {
  return json('cloudcontrol', 'CreateResource', { TypeName, DesiredState: JSON.stringify(desired), ...more });
}

const progress = (members: object) => ({
  ProgressEvent: { EventTime: expect.any(Number), RequestToken: ID, TypeName, ...members },
});

describe('the first answer', () => {
  it('has the identifier where the caller names the resource, and nothing that tells when to ask again', async () => {
    const client = await startCloud();
    expect(await create(client, { BucketName: 'shop-uploads' })).toEqual(
      progress({ Identifier: 'shop-uploads', Operation: 'CREATE', OperationStatus: 'IN_PROGRESS' }),
    );
  });

  it('has no identifier where AWS names the resource', async () => {
    const client = await startCloud();
    const answer = await create(client, {});
    expect(answer).toEqual(progress({ Operation: 'CREATE', OperationStatus: 'IN_PROGRESS' }));
    expect(await client.settled(answer)).toEqual(
      progress({ Identifier: ID, Operation: 'CREATE', OperationStatus: 'SUCCESS' }),
    );
  });

  it('to the deletion of a bucket that is not there is that it goes on', async () => {
    const { json } = await startCloud();
    expect(await json('cloudcontrol', 'DeleteResource', { TypeName, Identifier: 'nobody' })).toEqual(
      progress({ Identifier: 'nobody', Operation: 'DELETE', OperationStatus: 'IN_PROGRESS' }),
    );
  });
});

it('reads a plain bucket as its name and what follows from it, and a deleted one as not found', async () => {
  const client = await startCloud();
  await client.settled(await create(client, { BucketName: 'shop-uploads' }));
  expect(await client.properties(TypeName, 'shop-uploads')).toEqual({
    BucketName: 'shop-uploads',
    RegionalDomainName: 'shop-uploads.s3.us-east-1.amazonaws.com',
    DomainName: 'shop-uploads.s3.amazonaws.com',
    WebsiteURL: 'http://shop-uploads.s3-website-us-east-1.amazonaws.com',
    DualStackDomainName: 'shop-uploads.s3.dualstack.us-east-1.amazonaws.com',
    Arn: 'arn:aws:s3:::shop-uploads',
  });
  const deletion = await client.json('cloudcontrol', 'DeleteResource', { TypeName, Identifier: 'shop-uploads' });
  expect(await client.settled(deletion)).toEqual(
    progress({ Identifier: 'shop-uploads', Operation: 'DELETE', OperationStatus: 'SUCCESS' }),
  );
  expect(await client.properties(TypeName, 'shop-uploads')).toEqual({
    code: 'ResourceNotFoundException',
    message: expect.stringMatching(
      /^AWS::S3::Bucket Handler returned status FAILED: Bucket not found \(HandlerErrorCode: NotFound, RequestToken: [0-9a-f-]{36}\)$/,
    ),
    status: 400,
  });
});

it('fails a creation over a bucket that is there, under that identifier', async () => {
  const client = await startCloud();
  await client.settled(await create(client, { BucketName: 'shop-uploads' }));
  expect(await client.settled(await create(client, { BucketName: 'shop-uploads' }))).toEqual(
    progress({
      ErrorCode: 'AlreadyExists',
      Identifier: 'shop-uploads',
      Operation: 'CREATE',
      OperationStatus: 'FAILED',
      StatusMessage: 'The bucket Already Exists',
    }),
  );
});

it.each([
  [{ BucketSomething: 'x' }, 'Model validation failed (#: extraneous key [BucketSomething] is not permitted)'],
  [{ BucketName: true }, 'Model validation failed (#/BucketName: expected type: String, found: Boolean)'],
])('refuses the desired state %j at once', async (desired, message) => {
  const client = await startCloud();
  expect(await create(client, desired)).toEqual({ code: 'ValidationException', message, status: 400 });
});

it('refuses to update a property that is for creation only', async () => {
  const client = await startCloud();
  await client.settled(await create(client, { BucketName: 'shop-uploads' }));
  const PatchDocument = JSON.stringify([{ op: 'replace', path: '/BucketName', value: 'other' }]);
  const input = { TypeName, Identifier: 'shop-uploads', PatchDocument };
  expect(await client.json('cloudcontrol', 'UpdateResource', input)).toEqual({
    code: 'NotUpdatableException',
    message: 'Invalid patch update: createOnlyProperties [/properties/BucketName] cannot be updated',
    status: 400,
  });
});

it.each([
  ['CreateResource', { DesiredState: '{}' }],
  ['GetResource', { Identifier: 'x' }],
  ['UpdateResource', { Identifier: 'x', PatchDocument: '[]' }],
  ['DeleteResource', { Identifier: 'x' }],
  ['ListResources', {}],
])('%s does not find a type that there is not', async (operation, input) => {
  const { json } = await startCloud();
  expect(await json('cloudcontrol', operation, { TypeName: UNKNOWN_TYPE, ...input })).toEqual({
    code: 'TypeNotFoundException',
    message: `The type '${UNKNOWN_TYPE}' cannot be found.`,
    status: 400,
  });
});

it('names the first request where a client token comes again with another desired state', async () => {
  const client = await startCloud();
  const first = await create(client, { BucketName: 'shop-uploads' }, { ClientToken: 'mine' });
  expect(await create(client, { BucketName: 'shop-others' }, { ClientToken: 'mine' })).toEqual({
    code: 'ClientTokenConflictException',
    message: `ClientToken mine is already associated with an existing operation with RequestToken ${first.ProgressEvent.RequestToken}`,
    status: 400,
  });
});

it('lists a request that runs with the time to ask again, and by its operation', async () => {
  const client = await startCloud({ speed: 1 });
  await create(client, { BucketName: 'shop-uploads' });
  const list = (Operations: string[]) =>
    client.json('cloudcontrol', 'ListResourceRequests', { ResourceRequestStatusFilter: { Operations } });
  expect(await list(['CREATE'])).toEqual({
    ResourceRequestStatusSummaries: [
      {
        ...progress({ Identifier: 'shop-uploads', Operation: 'CREATE', OperationStatus: 'IN_PROGRESS' }).ProgressEvent,
        RetryAfter: expect.any(Number),
      },
    ],
  });
  expect(await list(['UPDATE'])).toEqual({ ResourceRequestStatusSummaries: [] });
});

it.each(['GetResourceRequestStatus', 'CancelResourceRequest'])(
  '%s does not find an unknown token',
  async (operation) => {
    const { json } = await startCloud();
    expect(await json('cloudcontrol', operation, { RequestToken: 'DOESNOTEXIST' })).toEqual({
      code: 'RequestTokenNotFoundException',
      message: 'Request with token DOESNOTEXIST was not found',
      status: 400,
    });
  },
);

it('cancels a request once and again', async () => {
  const client = await startCloud({ faults: ['handler-slow:AWS::S3::Bucket:CREATE:delay=10h'] });
  const request = await create(client, { BucketName: 'shop-uploads' });
  const { RequestToken } = request.ProgressEvent;
  await client.json('cloudcontrol', 'CancelResourceRequest', { RequestToken });
  const cancelled = progress({ Identifier: 'shop-uploads', Operation: 'CREATE', OperationStatus: 'CANCEL_COMPLETE' });
  expect(await client.settled(request)).toEqual(cancelled);
  expect(await client.json('cloudcontrol', 'CancelResourceRequest', { RequestToken })).toEqual(cancelled);
});

it('does not cancel a request that has come to its end', async () => {
  const client = await startCloud();
  const request = await create(client, { BucketName: 'shop-uploads' });
  await client.settled(request);
  const { RequestToken } = request.ProgressEvent;
  expect(await client.json('cloudcontrol', 'CancelResourceRequest', { RequestToken })).toEqual({
    code: 'ValidationException',
    message: `Request ${RequestToken} is already in status SUCCESS`,
    status: 400,
  });
});
