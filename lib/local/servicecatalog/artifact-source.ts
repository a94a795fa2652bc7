import { readFileSync } from 'node:fs';
import type { Principal } from '../kernel/kernel.ts';
import type { ObjectPort } from '../kernel/ports.ts';
import { invalidParameters } from './catalog-errors.ts';

const VIRTUAL_HOST = /^(.+?)\.s3[.-](?:[a-z0-9-]+\.)*amazonaws\.com(?:\.cn)?$/;

/** Bucket and key in the address of an object: virtual-hosted, by path, or on the local cloud's own endpoint. */
export function objectOf(address: string): { bucket: string; key: string } | undefined {
  if (!URL.canParse(address)) return undefined;
  const { protocol, hostname, pathname } = new URL(address);
  if (protocol !== 'https:' && protocol !== 'http:') return undefined;
  const path = decodeURIComponent(pathname.slice(1));
  const virtual = VIRTUAL_HOST.exec(hostname)?.[1];
  const [bucket, key] = virtual === undefined ? split(path) : [virtual, path];
  return bucket && key ? { bucket, key } : undefined;
}

function split(path: string): [string, string] {
  const slash = path.indexOf('/');
  return slash < 0 ? [path, ''] : [path.slice(0, slash), path.slice(slash + 1)];
}

/**
 * Reads the file of a new version as its author, from the address in `Info`.
 *
 * @throws AwsError InvalidParametersException
 */
export function readSource(
  objects: ObjectPort,
  author: Principal,
  info: Readonly<Record<string, string>> | undefined,
): Buffer {
  const address = info?.LoadTemplateFromURL;
  const location = address === undefined ? undefined : objectOf(address);
  if (location === undefined) {
    throw invalidParameters(
      `Invalid templateBody. Info must have LoadTemplateFromURL with the address of an object in S3, but has ${address ?? Object.keys(info ?? {}).join(', ')}`,
    );
  }
  try {
    return readFileSync(objects.get(author, location.bucket, location.key).file);
  } catch (error) {
    throw invalidParameters(`Invalid templateBody. Unable to read ${address}: ${(error as Error).message}`);
  }
}
