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
    ['lifecycle', 'LifecycleConfiguration', 'NoSuchLifecycleConfiguration'],
    ['ownershipControls', 'OwnershipControls', 'OwnershipControlsNotFoundError'],
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

it('encrypts by default as it is told', async () => {
  const { call } = await withBucket();
  const document =
    '<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>';
  await call('PUT', '?encryption', document);
  expect((await call('GET', '?encryption')).text).toContain('<SSEAlgorithm>aws:kms</SSEAlgorithm>');
  await call('DELETE', '?encryption');
  expect((await call('GET', '?encryption')).text).toContain('<SSEAlgorithm>AES256</SSEAlgorithm>');
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
