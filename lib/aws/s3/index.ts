export type { S3Location, S3Version } from './bucket-address.ts';
export { copyObject, LARGEST_COPY_BYTES } from './copy-object.ts';
export { type GetObjectOptions, getObject, type ObjectRange, type ReceivedObject } from './get-object.ts';
export { headObject, type ObjectHead } from './head-object.ts';
export { type ObjectReader, openObjectReader } from './object-reader.ts';
export { getObjectTags, type ObjectTags, putObjectTags } from './object-tags.ts';
export { createS3Client, type S3Call, type S3Client, type S3ClientOptions } from './s3-client.ts';
export { readBody } from './send-signed.ts';
export { type UploadedObject, type UploadOptions, uploadObject } from './upload-object.ts';
