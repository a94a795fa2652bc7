import type { Answered, Fact, RecordedCloud, RecordedService } from '../recorded-cloud.ts';

const BUCKET = 'recorded';
const s3 = (
  cloud: RecordedCloud,
  method: string,
  path: string,
  options: { readonly headers?: Readonly<Record<string, string>>; readonly body?: string } = {},
) => cloud.rest('s3', method, `/${BUCKET}${path}`, options);
const put = (cloud: RecordedCloud, key: string, body = 'data', headers: Readonly<Record<string, string>> = {}) =>
  s3(cloud, 'PUT', `/${key}`, { headers, body });
const refused = (status: number, code: string, message: string, members: object = {}): Partial<Answered> => ({
  status,
  code,
  message,
  body: members,
});
const FAILED = 'At least one of the pre-conditions you specified did not hold';
const ABSENT = 'A header you provided implies functionality that is not implemented';
const tagging = (key: string, value: string) =>
  `<Tagging><TagSet><Tag><Key>${key}</Key><Value>${value}</Value></Tag></TagSet></Tagging>`;

/** Asks with a key that holds the text `data`. */
function onObject(ask: (cloud: RecordedCloud) => Promise<Answered>): Fact['ask'] {
  return async (cloud) => {
    await put(cloud, 'key');
    return ask(cloud);
  };
}

const facts: readonly Fact[] = [
  {
    source: 'test_s3.py::test_range_key_not_exists',
    asked: 'a key that does not exist',
    ask: (cloud) => s3(cloud, 'GET', '/my-key', { headers: { range: 'bytes=1024-4096' } }),
    answer: refused(404, 'NoSuchKey', 'The specified key does not exist.', { Key: 'my-key' }),
  },
  {
    source: 'test_s3.py::test_invalid_range_error',
    asked: 'a range past the end',
    ask: onObject((cloud) => s3(cloud, 'GET', '/key', { headers: { range: 'bytes=1024-4096' } })),
    answer: refused(416, 'InvalidRange', 'The requested range is not satisfiable', {
      ActualObjectSize: '4',
      RangeRequested: 'bytes=1024-4096',
    }),
  },
  {
    source: 'test_s3.py::test_precondition_failed_error',
    asked: 'an object by the ETag of another',
    ask: onObject((cloud) => s3(cloud, 'GET', '/key', { headers: { 'if-match': '"wrong"' } })),
    answer: refused(412, 'PreconditionFailed', FAILED, { Condition: 'If-Match' }),
  },
  {
    source: 'test_s3_api.py::test_s3_get_object_preconditions (obj-ignore-future-modified-since)',
    asked: 'an object that changed since a day to come',
    ask: onObject((cloud) => {
      const tomorrow = new Date(Date.now() + 86_400_000).toUTCString();
      return s3(cloud, 'GET', '/key', { headers: { 'if-modified-since': tomorrow } });
    }),
    answer: { status: 200, body: 'data' },
  },
  {
    source: 'test_s3_api.py::test_s3_copy_object_preconditions',
    asked: 'a copy of another ETag',
    ask: onObject((cloud) =>
      put(cloud, 'copy', '', { 'x-amz-copy-source': `${BUCKET}/key`, 'x-amz-copy-source-if-match': '"wrong"' }),
    ),
    answer: refused(412, 'PreconditionFailed', FAILED, { Condition: 'x-amz-copy-source-If-Match' }),
  },
  {
    source: 'test_s3_api.py::test_put_object_if_match_and_if_none_match_validation',
    asked: 'a write with two conditions',
    ask: (cloud) => put(cloud, 'key', 'x', { 'if-match': '"x"', 'if-none-match': '*' }),
    answer: refused(501, 'NotImplemented', ABSENT, {
      Header: 'If-Match,If-None-Match',
      additionalMessage: 'Multiple conditional request headers present in the request',
    }),
  },
  {
    source: 'test_s3_api.py::test_put_object_if_match_versioned_bucket (put-obj-after-del-exc)',
    asked: 'a write over what is not there',
    ask: (cloud) => put(cloud, 'nobody', 'x', { 'if-match': '"x"' }),
    answer: refused(404, 'NoSuchKey', 'The specified key does not exist.', { Key: 'nobody' }),
  },
  {
    source: 'test_s3_api.py::test_delete_object_if_match_non_express',
    asked: 'to delete by another ETag',
    ask: onObject((cloud) => s3(cloud, 'DELETE', '/key', { headers: { 'if-match': '"wrong"' } })),
    answer: refused(412, 'PreconditionFailed', FAILED, { Condition: 'If-Match' }),
  },
  {
    source: 'test_s3_api.py::test_delete_object_if_match_size_non_express',
    asked: 'to delete by size',
    ask: onObject((cloud) => s3(cloud, 'DELETE', '/key', { headers: { 'x-amz-if-match-size': '1' } })),
    answer: refused(501, 'NotImplemented', ABSENT, { Header: 'x-amz-if-match-size' }),
  },
  {
    source: 'test_s3.py::test_get_object_part (part-no-multipart)',
    asked: 'the second part of an object of one piece',
    ask: onObject((cloud) => s3(cloud, 'GET', '/key?partNumber=2')),
    answer: refused(416, 'InvalidPartNumber', 'The requested partnumber is not satisfiable', {
      ActualPartCount: '1',
      PartNumberRequested: '2',
    }),
  },
  {
    source: 'test_s3.py::test_get_object_part (get-obj-no-multipart)',
    asked: 'the first part of an object of one piece',
    ask: onObject((cloud) => s3(cloud, 'GET', '/key?partNumber=1')),
    answer: { status: 206, body: 'data', headers: { 'content-range': 'bytes 0-3/4' } },
  },
  {
    source: 'test_s3.py::test_get_object_part (part-with-range)',
    asked: 'a part and a range',
    ask: onObject((cloud) => s3(cloud, 'GET', '/key?partNumber=1', { headers: { range: 'bytes=0-1' } })),
    answer: refused(400, 'InvalidRequest', 'Cannot specify both Range header and partNumber query parameter'),
  },
  {
    source: 'test_s3_api.py::test_tagging_validation (put-bucket-tags-invalid-key)',
    asked: 'a tag with a comma in its key',
    ask: (cloud) => s3(cloud, 'PUT', '?tagging', { body: tagging('Key1,Key2', 'Val1') }),
    answer: refused(400, 'InvalidTag', 'The TagKey you have provided is invalid', { TagKey: 'Key1,Key2' }),
  },
  {
    source: 'test_s3_api.py::test_tagging_validation (put-bucket-tags-invalid-value)',
    asked: 'a tag with a comma in its value',
    ask: (cloud) => s3(cloud, 'PUT', '?tagging', { body: tagging('Key1', 'Val1,Val2') }),
    answer: refused(400, 'InvalidTag', 'The TagValue you have provided is invalid', {
      TagKey: 'Key1',
      TagValue: 'Val1,Val2',
    }),
  },
  {
    source: 'test_s3_api.py::test_tagging_validation (put-bucket-tags-aws-prefixed)',
    asked: 'a bucket tag of AWS',
    ask: (cloud) => s3(cloud, 'PUT', '?tagging', { body: tagging('aws:prefixed', 'x') }),
    answer: refused(400, 'InvalidTag', 'System tags cannot be added/updated by requester', { TagKey: 'aws:prefixed' }),
  },
  {
    source: 'test_s3_api.py::test_tagging_validation (put-object-tags-aws-prefixed)',
    asked: 'an object tag of AWS',
    ask: onObject((cloud) => s3(cloud, 'PUT', '/key?tagging', { body: tagging('aws:prefixed', 'x') })),
    answer: refused(400, 'InvalidTag', 'Your TagKey cannot be prefixed with aws:', { TagKey: 'aws:prefixed' }),
  },
  {
    source: 'test_s3_api.py::test_object_tagging_exc (put-obj-duplicate-tagging)',
    asked: 'a header with a tag twice',
    ask: (cloud) => put(cloud, 'key', 'x', { 'x-amz-tagging': 'key1=val1&key1=val2' }),
    answer: refused(
      400,
      'InvalidArgument',
      "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
      { ArgumentName: 'x-amz-tagging', ArgumentValue: 'key1=val1&key1=val2' },
    ),
  },
  {
    source: 'test_s3_api.py::test_bucket_tagging_crud (get-bucket-tags-empty)',
    asked: 'the tags of a bucket without any',
    ask: (cloud) => s3(cloud, 'GET', '?tagging'),
    answer: refused(404, 'NoSuchTagSet', 'The TagSet does not exist', { BucketName: BUCKET }),
  },
  {
    source: 'test_s3.py::test_multipart_no_such_upload',
    asked: 'a part of an upload that does not exist',
    ask: (cloud) => s3(cloud, 'PUT', '/key?partNumber=1&uploadId=fakeid', { body: 'x' }),
    answer: refused(
      404,
      'NoSuchUpload',
      'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
      { UploadId: 'fakeid' },
    ),
  },
  {
    source: 'test_s3.py::test_s3_invalid_content_md5',
    asked: 'a body with the digest of another',
    ask: (cloud) => put(cloud, 'key', 'x', { 'content-md5': 'CYketZBSTjX8czcs3cXVlg==' }),
    answer: refused(400, 'BadDigest', 'The Content-MD5 you specified did not match what we received.', {
      ExpectedDigest: 'CYketZBSTjX8czcs3cXVlg==',
    }),
  },
  {
    source: 'test_s3.py::test_s3_presigned_url_expired[s3]',
    asked: 'a presigned address past its end',
    ask: async ({ cloud }) => {
      const response = await fetch(`${cloud.endpoint}/${BUCKET}/key?AWSAccessKeyId=A&Signature=s&Expires=1`);
      const text = await response.text();
      return { status: response.status, message: /<Message>(.*?)</.exec(text)?.[1] ?? '' };
    },
    answer: { status: 403, message: 'Request has expired' },
  },
  {
    source: 'test_s3_api.py::test_delete_objects (delete-object-wrong-version-id)',
    asked: 'to delete a version that does not exist, in a list',
    ask: (cloud) =>
      s3(cloud, 'POST', '?delete', {
        body: '<Delete><Object><Key>key</Key><VersionId>HPniJFCxqTsMuIH9KX8K8wEjNUgmABCD</VersionId></Object></Delete>',
      }),
    answer: { status: 200, code: 'NoSuchVersion', message: 'The specified version does not exist.' },
  },
  {
    source: 'test_s3.py::test_presigned_url_signature_authentication',
    asked: 'an address whose signature is wrong',
    ask: onObject(async ({ cloud }) => {
      const expires = Math.floor(Date.now() / 1000) + 600;
      const response = await fetch(`${cloud.endpoint}/${BUCKET}/key?AWSAccessKeyId=A&Signature=s&Expires=${expires}`);
      await response.text();
      return { status: response.status };
    }),
    answer: { status: 403 },
    notHeld: 'any key acts as the account, so signatures are not verified',
  },
];

/** What was recorded of S3. */
export const s3Facts: RecordedService = {
  title: 'S3',
  prepare: async (cloud) => {
    await cloud.rest('s3', 'PUT', `/${BUCKET}`);
  },
  facts,
};
