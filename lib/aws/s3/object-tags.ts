import { createHash } from 'node:crypto';
import { xmlText } from '../xml.ts';
import type { S3Version } from './bucket-address.ts';
import type { S3Client } from './s3-client.ts';
import { readBody } from './send-signed.ts';

/** Tags by key: at most 10, keys of 1 to 128 characters, values of at most 256. */
export type ObjectTags = Readonly<Record<string, string>>;

/** The tags of an object. @throws AwsCallError */
export async function getObjectTags(client: S3Client, location: S3Version): Promise<ObjectTags> {
  const { versionId } = location;
  const action = versionId === undefined ? 's3:GetObjectTagging' : 's3:GetObjectVersionTagging';
  const response = await client.send({ location, versionId, action, method: 'GET', query: 'tagging=' });
  const xml = (await readBody(response, action)).toString('utf8');
  const tags = [...xml.matchAll(/<Tag>([\s\S]*?)<\/Tag>/g)].map(([, tag = '']) => tag);
  return Object.fromEntries(tags.map((tag) => [xmlText(tag, 'Key') ?? '', xmlText(tag, 'Value') ?? '']));
}

/** Replaces all tags of an object. @throws AwsCallError */
export async function putObjectTags(client: S3Client, location: S3Version, tags: ObjectTags): Promise<void> {
  const { versionId } = location;
  const action = versionId === undefined ? 's3:PutObjectTagging' : 's3:PutObjectVersionTagging';
  const list = Object.entries(tags).map(
    ([key, value]) => `<Tag><Key>${escapeXml(key)}</Key><Value>${escapeXml(value)}</Value></Tag>`,
  );
  const body = Buffer.from(
    `<Tagging xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><TagSet>${list.join('')}</TagSet></Tagging>`,
  );
  const response = await client.send({
    location,
    versionId,
    action,
    method: 'PUT',
    query: 'tagging=',
    headers: {
      'content-type': 'application/xml',
      'content-length': String(body.length),
      // This operation demands a checksum of its body.
      'content-md5': createHash('md5').update(body).digest('base64'),
    },
    body,
  });
  await readBody(response, action);
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
