import { beforeAll, describe, expect, it } from 'vitest';
import { createS3 } from '../../../../lib/local/s3/create-s3.ts';
import { useRawS3 } from './raw-s3.ts';

const s3 = useRawS3((kernel) => createS3(kernel));
const configuration = (inner: string) => `<CreateBucketConfiguration>${inner}</CreateBucketConfiguration>`;

describe('a bucket for locked objects', () => {
  beforeAll(async () => {
    await s3.send('PUT', '/locked', { 'x-amz-bucket-object-lock-enabled': 'true' });
  });

  it('says so, and has versions', async () => {
    expect((await s3.send('GET', '/locked?object-lock')).text).toContain('<ObjectLockEnabled>Enabled<');
    expect((await s3.send('GET', '/locked?versioning')).text).toContain('<Status>Enabled<');
  });

  it('keeps its versions', async () => {
    const document = '<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>';
    expect(await s3.send('PUT', '/locked?versioning', {}, document)).toMatchObject({
      status: 409,
      code: 'InvalidBucketState',
    });
  });

  it('takes no locks, which are not simulated', async () => {
    const headers = { 'x-amz-object-lock-mode': 'GOVERNANCE', 'x-amz-object-lock-retain-until-date': '2035-01-01' };
    expect(await s3.send('PUT', '/locked/key', headers, 'x')).toMatchObject({ status: 501, code: 'NotImplemented' });
  });
});

it('a bucket has the owner of objects, the tags and the Region that it is made with', async () => {
  const document = configuration(
    '<LocationConstraint>eu-west-1</LocationConstraint><Tags><Tag><Key>team</Key><Value>ops</Value></Tag></Tags>',
  );
  expect((await s3.send('PUT', '/made', { 'x-amz-object-ownership': 'ObjectWriter' }, document)).status).toBe(200);
  expect((await s3.send('GET', '/made?ownershipControls')).text).toContain('>ObjectWriter<');
  expect((await s3.send('GET', '/made?tagging')).text).toContain('<Key>team</Key><Value>ops</Value>');
  expect((await s3.send('GET', '/made?location')).text).toContain('>eu-west-1<');
  expect((await s3.send('HEAD', '/made')).headers['x-amz-bucket-region']).toBe('eu-west-1');
});

describe('a bucket is not made', () => {
  it.each<[what: string, headers: Record<string, string>, document: string, status: number, code: string]>([
    ['for everybody', { 'x-amz-acl': 'public-read' }, '', 400, 'InvalidBucketAclWithObjectOwnership'],
    ['with grants', { 'x-amz-grant-read': 'id="1"' }, '', 400, 'InvalidBucketAclWithObjectOwnership'],
    [
      'for everybody where lists mean something',
      { 'x-amz-acl': 'public-read', 'x-amz-object-ownership': 'ObjectWriter' },
      '',
      501,
      'NotImplemented',
    ],
    ['with an ACL that S3 has not', { 'x-amz-acl': 'fake' }, '', 400, 'InvalidArgument'],
    ['with an owner that S3 has not', { 'x-amz-object-ownership': 'Nobody' }, '', 400, 'InvalidArgument'],
    [
      'in us-east-1 by name',
      {},
      configuration('<LocationConstraint>us-east-1</LocationConstraint>'),
      400,
      'InvalidLocationConstraint',
    ],
    ['nowhere', {}, configuration('<LocationConstraint>foo</LocationConstraint>'), 400, 'InvalidLocationConstraint'],
    ["with AWS's tags", {}, configuration('<Tags><Tag><Key>aws:a</Key><Value/></Tag></Tags>'), 400, 'InvalidTag'],
  ])('%s', async (_what, headers, document, status, code) => {
    expect(await s3.send('PUT', '/unmade', headers, document)).toMatchObject({ status, code });
    expect((await s3.send('HEAD', '/unmade')).status).toBe(404);
  });
});
