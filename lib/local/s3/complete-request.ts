import type { IncomingMessage } from 'node:http';
import { AwsError } from '../kernel/aws-error.ts';
import { headerNameOf } from './announced-checksum.ts';
import type { CompletedPart } from './assemble-parts.ts';
import type { StoredBytes, Upload } from './bucket.ts';
import { headerOf } from './header-of.ts';
import { childrenNamed, childText, malformedXml, parseXml } from './xml.ts';

/** Reads the parts that an upload shall be made of. @throws AwsError MalformedXML, InvalidRequest */
export function readPartList(body: string): readonly CompletedPart[] {
  const root = parseXml(body);
  const list = childrenNamed(root, 'Part').map((part) => ({
    number: Number(childText(part, 'PartNumber')),
    eTag: (childText(part, 'ETag') ?? '').replace(/^"|"$/g, ''),
    checksums: new Map(
      part.children
        .filter(({ name }) => name.startsWith('Checksum'))
        .map(({ name, text }) => [name.slice('Checksum'.length), text]),
    ),
  }));
  if (root.name !== 'CompleteMultipartUpload') throw malformedXml();
  if (list.length === 0) throw new AwsError('InvalidRequest', 'You must specify at least one part');
  return list;
}

/** Checks that a request goes on as its upload began. @throws AwsError InvalidRequest */
export function checkChecksumMode(request: IncomingMessage, upload: Upload): void {
  const type = headerOf(request, 'x-amz-checksum-type');
  if (type === undefined || type === upload.checksumType) return;
  const mode = upload.checksumType ?? 'null';
  const message = `The upload was created using the ${mode} checksum mode. The complete request must use the same checksum mode.`;
  throw new AwsError('InvalidRequest', message);
}

/** Compares what a request says of the whole object with what came of its parts. @throws AwsError InvalidRequest, BadDigest */
export function checkWhole(request: IncomingMessage, { size, checksum }: StoredBytes): void {
  const expected = headerOf(request, 'x-amz-mp-object-size');
  if (expected !== undefined && expected !== String(size)) {
    const message = `The provided 'x-amz-mp-object-size' header value ${expected} does not match what was computed: ${size}`;
    throw new AwsError('InvalidRequest', message);
  }
  const given = checksum && headerOf(request, headerNameOf(checksum.algorithm));
  // The number of parts behind a composite checksum may be left out.
  if (given === undefined || given === checksum?.value || given === checksum?.value.replace(/-\d+$/, '')) return;
  const algorithm = checksum?.algorithm.toLowerCase();
  throw new AwsError('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`);
}
