/** Where a file of an execution is. */
export type FileLocation =
  | {
      readonly domain: 'S3';
      readonly bucket: string;
      readonly key: string;
      /** Without quotation marks. */
      readonly eTag: string;
      /** Absent where the bucket keeps no versions. */
      readonly versionId?: string;
    }
  | { readonly domain: 'EFS'; readonly fileSystemId: string; readonly path: string };

/** The location as the event of a custom step has it: `eTag` in this case, `versionId` always present. */
export function eventLocation(file: FileLocation): object {
  if (file.domain === 'EFS') return { domain: 'EFS', fileSystemId: file.fileSystemId, path: file.path };
  const { bucket, key, eTag, versionId } = file;
  return { domain: 'S3', bucket, key, eTag, versionId: versionId ?? null };
}

/** The location as the API has it: a member for each domain, `Etag` in this case. */
export function wireLocation(file: FileLocation): object {
  if (file.domain === 'EFS') return { EfsFileLocation: { FileSystemId: file.fileSystemId, Path: file.path } };
  const { bucket, key, eTag, versionId } = file;
  return {
    S3FileLocation: {
      Bucket: bucket,
      Key: key,
      Etag: eTag,
      ...(versionId === undefined ? {} : { VersionId: versionId }),
    },
  };
}

/** The location for people. */
export function describeLocation(file: FileLocation): string {
  return file.domain === 'S3' ? `s3://${file.bucket}/${file.key}` : `efs://${file.fileSystemId}${file.path}`;
}
