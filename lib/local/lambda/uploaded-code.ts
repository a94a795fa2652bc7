import { mkdirSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AwsError } from '../kernel/aws-error.ts';
import type { Kernel, Principal } from '../kernel/kernel.ts';
import type { ObjectPort } from '../kernel/ports.ts';
import { unzip } from '../kernel/unzip.ts';
import { invalidParameter } from './lambda-error.ts';

/** Code as CreateFunction and UpdateFunctionCode take it. */
export interface CodeInput {
  readonly ZipFile?: string;
  readonly S3Bucket?: string;
  readonly S3Key?: string;
  readonly S3ObjectVersion?: string;
  readonly ImageUri?: string;
}

/** The way of uploaded code into folders of this machine. */
export interface CodeUpload {
  /** The zip archive that a request names or holds. @throws AwsError */
  archiveOf(principal: Principal, code: CodeInput): Promise<Buffer>;
  /** Unpacks an archive, and gives the folder. @throws AwsError InvalidParameterValueException */
  unpack(archive: Buffer): Promise<string>;
}

/** Creates the way of uploaded code into folders of this machine. */
export function createCodeUpload(options: {
  readonly kernel: Kernel;
  readonly folder: string;
  readonly objects: Pick<ObjectPort, 'get'> | undefined;
}): CodeUpload {
  const { kernel, folder, objects } = options;

  async function fromS3(principal: Principal, code: CodeInput): Promise<Buffer> {
    const { S3Bucket = '', S3Key = '', S3ObjectVersion } = code;
    if (objects === undefined) throw new Error('no S3 stands beside Lambda');
    try {
      return await readFile(objects.get(principal, S3Bucket, S3Key, S3ObjectVersion).file);
    } catch (error) {
      throw error instanceof AwsError ? s3Refusal(error, `${S3Bucket}/${S3Key}`) : error;
    }
  }

  return {
    async archiveOf(principal, code) {
      if (code.ImageUri !== undefined) {
        throw new AwsError('NotImplementedException', 'functions of container images are not simulated', {
          status: 501,
        });
      }
      if (code.ZipFile !== undefined && code.S3Bucket !== undefined) {
        throw invalidParameter('Please do not provide other FunctionCode parameters when providing a ZipFile.');
      }
      if (code.ZipFile !== undefined) return Buffer.from(code.ZipFile, 'base64');
      if (code.S3Bucket !== undefined && code.S3Key !== undefined) return fromS3(principal, code);
      throw invalidParameter('Please provide a source for function code.');
    },
    async unpack(archive) {
      const target = join(folder, 'uploads', kernel.uuid());
      mkdirSync(target, { recursive: true });
      try {
        if (archive.length === 0) throw new Error('an empty archive');
        await unzip(archive, target);
      } catch {
        rmSync(target, { recursive: true, force: true });
        throw invalidParameter('Could not unzip uploaded file. Please check your file, then try to upload again.');
      }
      return target;
    },
  };
}

function s3Refusal(error: AwsError, object: string): AwsError {
  const detail = `S3 Error Code: ${error.code}. S3 Error Message: ${error.message}`;
  if (error.code.startsWith('AccessDenied')) {
    const message = `Your access has been denied by S3, please make sure your request credentials have permission to GetObject for ${object}. ${detail}`;
    return new AwsError('AccessDeniedException', message, { status: 403, members: { Type: 'User' } });
  }
  return invalidParameter(`Error occurred while GetObject. ${detail}`);
}
