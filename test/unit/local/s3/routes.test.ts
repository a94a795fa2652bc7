import { beforeAll, describe, expect, it } from 'vitest';
import { createS3 } from '../../../../lib/local/s3/create-s3.ts';
import { useRawS3 } from './raw-s3.ts';

const s3 = useRawS3((kernel) => createS3(kernel));
beforeAll(async () => {
  await s3.send('PUT', '/kept');
  await s3.send('PUT', '/kept/key', {}, 'content');
});

describe('an operation that is not simulated says its name and does nothing', () => {
  it.each([
    ['DELETE', '/kept?metadataConfiguration', 'DeleteBucketMetadataConfiguration'],
    ['DELETE', '/kept?metadataTable', 'DeleteBucketMetadataTableConfiguration'],
    ['DELETE', '/kept?replication', 'DeleteBucketReplication'],
    ['DELETE', '/kept?inventory&id=a', 'DeleteBucketInventoryConfiguration'],
    ['GET', '/kept?abac', 'GetBucketAbac'],
    ['GET', '/kept?analytics', 'ListBucketAnalyticsConfigurations'],
    ['GET', '/kept?analytics&id=a', 'GetBucketAnalyticsConfiguration'],
    ['PUT', '/new?abac', 'PutBucketAbac'],
    ['PUT', '/new?metadataJournalTable', 'UpdateBucketMetadataJournalTableConfiguration'],
    ['PUT', '/kept/key?renameObject', 'RenameObject'],
    ['PUT', '/kept/key?encryption', 'UpdateObjectEncryption'],
    ['PUT', '/kept/key?legal-hold', 'PutObjectLegalHold'],
    ['PUT', '/kept/key?acl', 'PutObjectAcl'],
    ['GET', '/kept/key?attributes', 'GetObjectAttributes'],
    ['POST', '/kept/key?restore', 'RestoreObject'],
    ['POST', '/kept/key?select&select-type=2', 'SelectObjectContent'],
    ['POST', '/kept', 'PostObject'],
  ])('%s %s', async (method, path, operation) => {
    const answer = await s3.send(method, path, {}, '');
    expect(answer).toMatchObject({ status: 501, code: 'NotImplemented' });
    expect(answer.text).toContain(`${operation} is not simulated`);
    expect((await s3.send('GET', '/kept/key')).text).toBe('content');
    expect((await s3.send('HEAD', '/new')).status).toBe(404);
  });
});

describe('a request that is none of S3', () => {
  it.each([
    ['a method that a sub-resource has not', 'DELETE', '/kept?logging', 405, 'MethodNotAllowed'],
    ['a sub-resource of objects on a bucket', 'PUT', '/kept?legal-hold', 405, 'MethodNotAllowed'],
    ['a sub-resource of buckets on an object', 'DELETE', '/kept/key?cors', 405, 'MethodNotAllowed'],
    ['two sub-resources', 'DELETE', '/kept/key?tagging&acl', 400, 'InvalidArgument'],
    ['a part without an upload', 'PUT', '/kept/key?partNumber=1', 400, 'InvalidArgument'],
    ['new content for a version', 'PUT', '/kept/key?versionId=null', 400, 'InvalidArgument'],
  ])('is refused: %s', async (_what, method, path, status, code) => {
    expect(await s3.send(method, path, {}, '')).toMatchObject({ status, code });
    expect((await s3.send('GET', '/kept/key')).text).toBe('content');
  });

  it('but a query name that S3 does not know changes nothing', async () => {
    expect((await s3.send('GET', '/kept/key?x-id=GetObject&cache=off')).text).toBe('content');
    expect((await s3.send('PUT', '/kept/other?mine', {}, 'mine')).status).toBe(200);
    expect((await s3.send('GET', '/kept/other')).text).toBe('mine');
  });
});

it('bytes that shall be appended do not replace what is there', async () => {
  const answer = await s3.send('PUT', '/kept/key', { 'x-amz-write-offset-bytes': '7' }, 'more');
  expect(answer).toMatchObject({ status: 501, code: 'NotImplemented' });
  expect((await s3.send('GET', '/kept/key')).text).toBe('content');
});
