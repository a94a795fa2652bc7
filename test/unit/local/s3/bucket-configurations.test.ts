import { describe, expect, it } from 'vitest';
import { startCloud } from '../cloudcontrol/cloud-client.ts';

async function withBucket() {
  const client = await startCloud();
  async function call(method: string, path: string, body?: string) {
    const response = await client.send('s3', `/uploads${path}`, { method, ...(body === undefined ? {} : { body }) });
    return { status: response.status, text: await response.text() };
  }
  await call('PUT', '');
  return { ...client, call };
}

describe('a configuration that changes nothing here', () => {
  it.each([
    ['cors', 'CORSConfiguration', 'NoSuchCORSConfiguration'],
    ['publicAccessBlock', 'PublicAccessBlockConfiguration', 'NoSuchPublicAccessBlockConfiguration'],
    ['website', 'WebsiteConfiguration', 'NoSuchWebsiteConfiguration'],
  ])('is kept and given back: %s', async (parameter, root, code) => {
    const { call, notices } = await withBucket();
    expect(await call('GET', `?${parameter}`)).toMatchObject({ status: 404, text: expect.stringContaining(code) });
    const document = `<${root}><Rule>1</Rule></${root}>`;
    expect((await call('PUT', `?${parameter}`, document)).status).toBe(200);
    expect(await call('GET', `?${parameter}`)).toEqual({ status: 200, text: document });
    expect(notices).toContainEqual(expect.stringContaining('has no effect here'));
    expect((await call('DELETE', `?${parameter}`)).status).toBe(204);
    expect((await call('GET', `?${parameter}`)).status).toBe(404);
  });

  it('is refused where it is another document', async () => {
    const { call } = await withBucket();
    expect((await call('PUT', '?cors', '<Website/>')).text).toContain('MalformedXML');
  });
});

describe('a lifecycle', () => {
  const LEAST = 'x-amz-transition-default-minimum-object-size';
  const rule = (inner: string) =>
    `<LifecycleConfiguration><Rule><ID>a</ID><Filter><Prefix/></Filter>${inner}</Rule></LifecycleConfiguration>`;
  const ENABLED = '<Status>Enabled</Status>';
  const WEEK = rule(`${ENABLED}<Expiration><Days>7</Days></Expiration>`);

  it.each([
    [{}, 'all_storage_classes_128K'],
    [{ [LEAST]: 'varies_by_storage_class' }, 'varies_by_storage_class'],
  ])('tells from what size on objects move: %o', async (headers, least) => {
    const { send } = await withBucket();
    const put = await send('s3', '/uploads?lifecycle', { method: 'PUT', body: WEEK, headers });
    expect([put.status, put.headers.get(LEAST)]).toEqual([200, least]);
    const got = await send('s3', '/uploads?lifecycle', { method: 'GET' });
    expect([await got.text(), got.headers.get(LEAST)]).toEqual([WEEK, least]);
  });

  it.each([
    ['without rules', '<LifecycleConfiguration/>', 'MalformedXML'],
    ['of another status', rule('<Status>Foo</Status>'), 'MalformedXML'],
    ['after no day', rule(`${ENABLED}<Expiration><Days>0</Days></Expiration>`), 'InvalidArgument'],
    ['after half a day', rule(`${ENABLED}<Expiration><Days>0.5</Days></Expiration>`), 'MalformedXML'],
    ['at noon', rule(`${ENABLED}<Expiration><Date>2030-01-01T12:00:00Z</Date></Expiration>`), 'InvalidArgument'],
    [
      'by days and by markers',
      rule(
        `${ENABLED}<Expiration><Days>1</Days><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>`,
      ),
      'MalformedXML',
    ],
    ['of versions at no time', rule(`${ENABLED}<NoncurrentVersionExpiration/>`), 'MalformedXML'],
    ['with a prefix twice', rule(`${ENABLED}<Prefix>a</Prefix>`), 'MalformedXML'],
    ['without a filter', `<LifecycleConfiguration><Rule>${ENABLED}</Rule></LifecycleConfiguration>`, 'MalformedXML'],
  ])('is refused: %s', async (_what, document, code) => {
    const { call } = await withBucket();
    expect(await call('PUT', '?lifecycle', document)).toEqual({ status: 400, text: expect.stringContaining(code) });
  });

  it('takes no size that S3 has not', async () => {
    const { send } = await withBucket();
    const put = await send('s3', '/uploads?lifecycle', { method: 'PUT', body: WEEK, headers: { [LEAST]: 'value' } });
    expect(await put.text()).toContain('Invalid TransitionDefaultMinimumObjectSize found: value');
  });
});

describe('the ownership of objects', () => {
  const controls = (ownership: string) =>
    `<OwnershipControls><Rule><ObjectOwnership>${ownership}</ObjectOwnership></Rule></OwnershipControls>`;

  it("is the bucket owner's until it is set", async () => {
    const { call } = await withBucket();
    expect((await call('GET', '?ownershipControls')).text).toContain('BucketOwnerEnforced');
    expect((await call('PUT', '?ownershipControls', controls('ObjectWriter'))).status).toBe(200);
    expect((await call('GET', '?ownershipControls')).text).toBe(controls('ObjectWriter'));
    expect((await call('DELETE', '?ownershipControls')).status).toBe(204);
    expect((await call('GET', '?ownershipControls')).text).toContain('OwnershipControlsNotFoundError');
  });

  it.each([controls('Nobody'), '<OwnershipControls/>'])('is refused as %s', async (document) => {
    const { call } = await withBucket();
    expect((await call('PUT', '?ownershipControls', document)).text).toContain('MalformedXML');
  });
});

it('encrypts by default as it is told', async () => {
  const { call } = await withBucket();
  const document =
    '<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>';
  await call('PUT', '?encryption', document);
  const kept = (await call('GET', '?encryption')).text;
  expect(kept).toContain('<SSEAlgorithm>aws:kms</SSEAlgorithm>');
  expect(kept).not.toContain('KMSMasterKeyID');
  await call('DELETE', '?encryption');
  expect((await call('GET', '?encryption')).text).toContain('<SSEAlgorithm>AES256</SSEAlgorithm>');
});

it.each([
  ['two rules', '<Rule/><Rule/>', 'MalformedXML'],
  [
    'a key that nothing is encrypted with',
    '<Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm><KMSMasterKeyID>key</KMSMasterKeyID></ApplyServerSideEncryptionByDefault></Rule>',
    'InvalidArgument',
  ],
])('takes no default encryption of %s', async (_what, inner, code) => {
  const { call } = await withBucket();
  const document = `<ServerSideEncryptionConfiguration>${inner}</ServerSideEncryptionConfiguration>`;
  expect(await call('PUT', '?encryption', document)).toEqual({ status: 400, text: expect.stringContaining(code) });
});

describe('a policy of a bucket', () => {
  const policy = (own: object) => {
    const statement = { Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource: '*', ...own };
    return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  };

  it.each([
    ['that is no JSON', 'policy', "the first byte must be '{'"],
    ['without statements', '{}', 'Missing required field Statement'],
    ['of another effect', policy({ Effect: 'Foo' }), 'Invalid effect: Foo'],
    ['for nobody', policy({ Principal: undefined }), 'Missing required field Principal'],
  ])('%s is refused, and locks nobody out', async (_what, document, message) => {
    const { call } = await withBucket();
    const { status, text } = await call('PUT', '?policy', document);
    expect(status).toBe(400);
    expect(text.replaceAll('&#39;', "'")).toContain(message);
    expect((await call('GET', '?versions')).status).toBe(200);
  });

  it('is kept otherwise', async () => {
    const { call } = await withBucket();
    expect((await call('PUT', '?policy', policy({}))).status).toBe(204);
    expect((await call('GET', '?policy')).text).toBe(policy({}));
  });
});

it('tells EventBridge once it is told to, and refuses other notifications', async () => {
  const { call, cloud } = await withBucket();
  const put = (inner: string) =>
    call('PUT', '?notification', `<NotificationConfiguration>${inner}</NotificationConfiguration>`);
  expect((await put('<EventBridgeConfiguration/>')).status).toBe(200);
  expect((await call('GET', '?notification')).text).toContain('EventBridgeConfiguration');
  expect((await put('<QueueConfiguration/>')).status).toBe(501);
  expect(cloud.region).toBe('us-east-1');
});

it.each([
  ['?acl', 200, 'FULL_CONTROL'],
  ['?replication', 404, 'ReplicationConfigurationNotFoundError'],
  ['?object-lock', 404, 'ObjectLockConfigurationNotFoundError'],
  ['?requestPayment', 200, 'BucketOwner'],
  ['?accelerate', 200, 'AccelerateConfiguration'],
])('answers %s as for a bucket that has nothing of it', async (parameter, status, text) => {
  const { call } = await withBucket();
  expect(await call('GET', parameter)).toEqual({ status, text: expect.stringContaining(text) });
});
