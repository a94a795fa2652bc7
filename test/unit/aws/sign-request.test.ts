import { createHash } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type SignableRequest, signRequest } from '../../../lib/aws/sign-request.ts';

const NOW = new Date('2026-02-03T04:05:06.789Z');
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };

/** The hash that the SDK's signer asks for. */
class Sha256 {
  readonly #hash = createHash('sha256');
  readonly #key: Buffer | undefined;
  constructor(key?: string | ArrayBuffer | ArrayBufferView) {
    if (key === undefined) return;
    const bytes = bytesOf(key);
    this.#key = Buffer.alloc(64);
    (bytes.length > 64 ? createHash('sha256').update(bytes).digest() : bytes).copy(this.#key);
    this.#hash.update(this.#key.map((byte) => byte ^ 0x36));
  }
  update(data: string | ArrayBuffer | ArrayBufferView) {
    this.#hash.update(bytesOf(data));
  }
  async digest() {
    const inner = this.#hash.digest();
    if (this.#key === undefined) return inner;
    return createHash('sha256')
      .update(this.#key.map((byte) => byte ^ 0x5c))
      .update(inner)
      .digest();
  }
  reset() {}
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Buffer {
  if (typeof data === 'string') return Buffer.from(data, 'utf8');
  return ArrayBuffer.isView(data) ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : Buffer.from(data);
}

/** What the AWS SDK's own signer says of the request that {@link signRequest} has signed. */
async function bySdk(
  { service, region, method, host, path, body }: SignableRequest,
  headers: Record<string, string>,
  by = credentials,
  signingDate = NOW,
) {
  const signer = new SignatureV4({
    service,
    region,
    credentials: by,
    sha256: Sha256,
    uriEscapePath: service !== 's3',
    applyChecksum: false,
  });
  const url = new URL(`https://${host}${path}`);
  // Without a prototype: a parameter may be called valueOf.
  const query: Record<string, string[]> = Object.create(null);
  for (const [name, value] of url.searchParams) query[name] = [...(query[name] ?? []), value];
  const { authorization: _, ...given } = headers;
  const signed = await signer.sign(
    {
      method,
      protocol: 'https:',
      hostname: host,
      path: path.split('?')[0] ?? '/',
      query,
      headers: given,
      body,
    },
    { signingDate },
  );
  return signed.headers.authorization;
}

describe('signing a request', () => {
  it('gives the signature of the example in the documentation of IAM', () => {
    const { authorization } = signRequest(
      {
        service: 'iam',
        region: 'us-east-1',
        method: 'GET',
        host: 'iam.amazonaws.com',
        path: '/?Action=ListUsers&Version=2010-05-08',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8' },
      },
      credentials,
      new Date('2015-08-30T12:36:00Z'),
    );
    expect(authorization).toBe(
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, ' +
        'SignedHeaders=content-type;host;x-amz-date, ' +
        'Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7',
    );
  });

  it('gives what the AWS SDK gives, for any path, query, header and body', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 12 }).filter((value) => value.isWellFormed());
    const part = text.filter((value) => !/^\.{0,2}$/.test(value));
    const value = fc.stringMatching(/^[ -~]{0,20}$/);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('s3', 'lambda', 'codepipeline'),
        fc.array(part, { maxLength: 4 }),
        fc.dictionary(
          // The SDK's own signer loses a parameter that is called __proto__.
          text.filter((name) => name !== '' && name !== '__proto__'),
          text,
          { maxKeys: 4 },
        ),
        fc.dictionary(fc.stringMatching(/^x-[a-z]{1,8}$/), value, { maxKeys: 3 }),
        text,
        async (service, parts, query, extra, body) => {
          const pairs = Object.entries(query).map((pair) => pair.map(encodeURIComponent).join('='));
          const path = `/${parts.map(encodeURIComponent).join('/')}${pairs.length > 0 ? `?${pairs.join('&')}` : ''}`;
          const host = 'example.amazonaws.com';
          const request = {
            service,
            region: 'eu-central-1',
            method: 'PUT',
            host,
            path,
            headers: extra,
            body,
          };
          const headers = signRequest(request, credentials, NOW);
          expect(headers.authorization).toBe(await bySdk(request, headers));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('keeps the keys of secrets, days, Regions and services apart, however many there are and however often each is asked', async () => {
    const asked = ['one', 'two'].flatMap((secretAccessKey) =>
      ['2026-02-03', '2026-02-04'].flatMap((day) =>
        ['eu-central-1', 'us-east-1'].flatMap((region) =>
          ['dynamodb', 'codepipeline', 'sqs'].map((service) => ({ secretAccessKey, day, region, service })),
        ),
      ),
    );
    for (const { secretAccessKey, day, region, service } of [...asked, ...asked.toReversed(), ...asked]) {
      const by = { ...credentials, secretAccessKey };
      const now = new Date(`${day}T10:00:00Z`);
      const request = {
        service,
        region,
        method: 'POST',
        host: 'example.amazonaws.com',
        path: '/',
        headers: {},
        body: '',
      };
      const headers = signRequest(request, by, now);
      expect(headers.authorization).toBe(await bySdk(request, headers, by, now));
    }
  });

  it('signs the session token along, and none of what proxies change', () => {
    const request = { service: 'sts', region: 'us-east-1', method: 'POST', host: 'sts.amazonaws.com', path: '/' };
    const headers = signRequest(
      { ...request, headers: { 'User-Agent': 'a', Connection: 'close' } },
      { ...credentials, sessionToken: 'of-the-session' },
      NOW,
    );
    expect(headers).toMatchObject({ 'x-amz-security-token': 'of-the-session', 'user-agent': 'a' });
    expect(headers.authorization).toContain('SignedHeaders=host;x-amz-date;x-amz-security-token,');
  });
});
