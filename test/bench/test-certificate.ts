import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** A server's key and its certificate, in PEM. */
export interface TestCertificate {
  readonly key: string;
  readonly cert: string;
}

const TAG = { integer: 0x02, bits: 0x03, octets: 0x04, oid: 0x06, utf8: 0x0c, time: 0x17, sequence: 0x30, set: 0x31 };
/** The object identifiers that the certificate names, as DER has them. */
const OID = {
  commonName: '550403',
  subjectAltName: '551d11',
  ecdsaWithSha256: '2a8648ce3d040302',
} as const;
const DAY_MS = 86_400_000;

/**
 * Makes a certificate for `localhost` that signs itself, valid for a day: an X.509 certificate (RFC 5280) of the least
 * that a client wants. Node makes keys and signatures, but no certificates, and openssl is not everywhere.
 */
export function createTestCertificate(): TestCertificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = der(TAG.sequence, oid('ecdsaWithSha256'));
  const name = der(
    TAG.sequence,
    der(TAG.set, der(TAG.sequence, oid('commonName'), der(TAG.utf8, Buffer.from('localhost')))),
  );
  const validity = der(TAG.sequence, utcTime(Date.now() - DAY_MS), utcTime(Date.now() + DAY_MS));
  const toSign = der(
    TAG.sequence,
    der(0xa0, der(TAG.integer, Buffer.from([2]))),
    der(TAG.integer, Buffer.from([1])),
    algorithm,
    name,
    validity,
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(TAG.sequence, alternativeName('localhost'))),
  );
  const signature = sign('sha256', toSign, privateKey);
  const certificate = der(TAG.sequence, toSign, algorithm, der(TAG.bits, Buffer.from([0]), signature));
  return { key: pemOfKey(privateKey), cert: pem(certificate) };
}

/** One value as DER writes it: tag, length, content. */
function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function oid(name: keyof typeof OID): Buffer {
  return der(TAG.oid, Buffer.from(OID[name], 'hex'));
}

function utcTime(at: number): Buffer {
  const text = new Date(at).toISOString().replaceAll(/^..|[-:T]|\.\d+/g, '');
  return der(TAG.time, Buffer.from(text));
}

function alternativeName(host: string): Buffer {
  const names = der(TAG.sequence, der(0x82, Buffer.from(host)));
  return der(TAG.sequence, oid('subjectAltName'), der(TAG.octets, names));
}

function pem(certificate: Buffer): string {
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

function pemOfKey(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }) as string;
}
