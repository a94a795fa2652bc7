/** Where a provisioning artifact is. */
export interface ArtifactLocation {
  readonly bucket: string;
  readonly key: string;
}

/** The scheme stands in capitals in messages and in small letters in the parser's requests. */
const S3_ADDRESS = /^s3:\/\/([^/]+)\/(.+)$/is;

/** Reads the `artifact` of a message or a parser's request; what is wrong with it is added to `problems`. */
export function readArtifactLocation(value: unknown, problems: string[]): ArtifactLocation | undefined {
  const { path, type } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  if (typeof path !== 'string' || path === '') {
    problems.push('the artifact has no path');
    return undefined;
  }
  if (type !== undefined && type !== null && type !== 'AWS_S3') {
    problems.push(
      `the artifact is of type ${JSON.stringify(String(type).slice(0, 40))}; AWS_S3 is the only one there is`,
    );
    return undefined;
  }
  const [, bucket, key] = S3_ADDRESS.exec(path.trim()) ?? [];
  if (bucket === undefined || key === undefined) {
    problems.push(`the artifact's path ${JSON.stringify(path.slice(0, 200))} is no s3://BUCKET/KEY`);
    return undefined;
  }
  return { bucket, key };
}
