import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { environmentVariables } from '../../constants.ts';
import type { RecordingService } from '../../testing/recording-service.ts';
import type { SampleFile } from '../event/sample-files.ts';
import { UsageError } from '../usage-error.ts';
import { bytesOf } from './content-bytes.ts';
import type { EventArtifact } from './event-artifacts.ts';
import { zipFolder } from './zip-folder.ts';

/** One `--file s3://BUCKET/KEY=./local`. */
export interface FileOption {
  readonly bucket: string;
  readonly key: string;
  readonly local: string;
}

/** Reads `--file`. @throws UsageError */
export function readFileOption(text: string): FileOption {
  const [, bucket, key, local] = /^s3:\/\/([^/=]+)\/([^=]+)=(.+)$/s.exec(text) ?? [];
  if (bucket !== undefined && key !== undefined && local !== undefined) return { bucket, key, local };
  throw new UsageError(`--file must look like s3://BUCKET/KEY=./local.csv, but is "${text}"`);
}

/**
 * Puts the files of an event where the handler reads them: into the buckets of the recording service, and into a folder
 * that stands for the file system of the function.
 *
 * @param mount - the folder, made when it is needed
 * @returns the variables that tell the function where that is
 */
export async function placeSampleFiles(
  files: readonly SampleFile[],
  recorder: Pick<RecordingService, 'putObject'>,
  mount: string,
): Promise<Readonly<Record<string, string>>> {
  const variables: Record<string, string> = {};
  for (const file of files) {
    if ('bucket' in file) {
      recorder.putObject(file.bucket, file.key, await bytesOf(file.content));
      continue;
    }
    const place = path.join(mount, file.path);
    await mkdir(path.dirname(place), { recursive: true });
    await writeFile(place, file.content);
    variables[environmentVariables.efsMountPath] = mount;
  }
  return variables;
}

/**
 * Puts the user's own files and artifacts there; a folder becomes a zip archive.
 *
 * @throws UsageError when one cannot be read, or S3 would not take its place
 */
export async function placeOwnFiles(
  files: readonly (FileOption | EventArtifact)[],
  recorder: Pick<RecordingService, 'putObject'>,
): Promise<void> {
  for (const { bucket, key, local } of files) {
    const content = await contentOf(local);
    try {
      recorder.putObject(bucket, key, content);
    } catch (error) {
      throw new UsageError(`s3://${bucket}/${key} cannot be put there: ${(error as Error).message}`, { cause: error });
    }
  }
}

async function contentOf(local: string): Promise<Uint8Array> {
  try {
    return (await stat(local)).isDirectory() ? await zipFolder(local) : await readFile(local);
  } catch (error) {
    throw new UsageError(`${local} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}
