import type { Kernel } from '../kernel/kernel.ts';
import type { ObjectPort } from '../kernel/ports.ts';
import { unzip } from '../kernel/unzip.ts';
import type { Build } from './build.ts';

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
  const plain = location.replace(/^arn:[^:]*:s3:::/, '');
  const bucket = plain.slice(0, plain.indexOf('/'));
  const object = objects.get(identity.role(project.serviceRole), bucket, plain.slice(bucket.length + 1));
  await unzip(object.file, folder);
}
