import { readFileSync } from 'node:fs';
import type { Kernel } from '../kernel/kernel.ts';
import type { ObjectPort } from '../kernel/ports.ts';
import { unzip } from '../kernel/unzip.ts';
import type { Build } from './build.ts';

/** How the ARN of an object begins. */
export const OBJECT_ARN = /^arn:[^:]*:s3:::/;

/** Reads a buildspec that a project names by the ARN of an object, under the project's role. @throws Error */
export function readObject(arn: string, { project }: Build, { identity }: Kernel, objects: ObjectPort): string {
  const { bucket, key } = objectOf(arn);
  return readFileSync(objects.get(identity.role(project.serviceRole), bucket, key).file, 'utf8');
}

function objectOf(location: string): { readonly bucket: string; readonly key: string } {
  const plain = location.replace(OBJECT_ARN, '');
  const bucket = plain.slice(0, plain.indexOf('/'));
  return { bucket, key: plain.slice(bucket.length + 1) };
}

/** Lays the source of a build into a folder, under its project's role. @throws Error that says why it cannot */
export async function layOutSource(
  { project }: Build,
  folder: string,
  { identity }: Kernel,
  objects: ObjectPort,
): Promise<void> {
  const { type, location = '' } = project.source;
  if (type === 'NO_SOURCE') return;
  if (type !== 'S3') throw new Error(`a source of type ${type} is not simulated; take NO_SOURCE or S3`);
  const { bucket, key } = objectOf(location);
  const object = objects.get(identity.role(project.serviceRole), bucket, key);
  await unzip(object.file, folder);
}
