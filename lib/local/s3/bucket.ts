import type { PolicyDocument } from '../kernel/kernel.ts';

/** The algorithms of S3's additional checksums that are computed here. */
export const CHECKSUM_ALGORITHMS = ['CRC32', 'CRC32C', 'CRC64NVME', 'MD5', 'SHA1', 'SHA256', 'SHA512'] as const;

/** One of {@link CHECKSUM_ALGORITHMS}. */
export type ChecksumAlgorithm = (typeof CHECKSUM_ALGORITHMS)[number];

/** A checksum as S3 keeps it beside an object or a part. */
export interface ObjectChecksum {
  readonly algorithm: ChecksumAlgorithm;
  /** Base64; a composite one ends in `-N`, N being the number of parts. */
  readonly value: string;
  readonly type: 'FULL_OBJECT' | 'COMPOSITE';
}

/** How an object is encrypted at rest, as told by its headers. Nothing is encrypted on disk. */
export interface Encryption {
  readonly algorithm: 'AES256' | 'aws:kms' | 'aws:kms:dsse';
  /** The ARN of the key, for the two KMS algorithms. */
  readonly keyId?: string;
  /** The key as whoever chose it wrote it; absent where the algorithm alone was named. */
  readonly namedKey?: string;
  readonly bucketKeyEnabled?: boolean;
}

/** What a writer may choose about an object beside its bytes. */
export interface ObjectAttributes {
  /** System headers that GetObject gives back, such as `content-type`, by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** User metadata, by lower-case name without the prefix `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly encryption: Encryption;
}

/** The bytes of an object or part, as they lie on disk. */
export interface StoredBytes {
  readonly file: string;
  readonly size: number;
  /** MD5 in hex; for an object of several parts the MD5 of their MD5s, a dash and their number. */
  readonly eTag: string;
  readonly checksum?: ObjectChecksum;
  /** The parts of an object that was uploaded in parts. */
  readonly parts?: readonly ObjectPart[];
}

/** One part of an object that was uploaded in parts. */
export interface ObjectPart {
  readonly size: number;
  readonly checksum?: ObjectChecksum;
}

/** One version of an object. */
export interface ObjectVersion extends ObjectAttributes, StoredBytes {
  readonly key: string;
  /** `null` for what was written while versioning was not enabled. */
  readonly versionId: string;
  readonly deleteMarker: boolean;
  /** Simulated milliseconds since the epoch. */
  readonly lastModified: number;
}

/** A multipart upload that is neither completed nor aborted. */
export interface Upload extends ObjectAttributes {
  readonly uploadId: string;
  readonly key: string;
  readonly initiated: number;
  readonly checksumAlgorithm?: ChecksumAlgorithm;
  readonly checksumType?: ObjectChecksum['type'];
  readonly parts: Map<number, StoredBytes & { readonly lastModified: number }>;
}

/** A configuration as a bucket keeps it. */
export interface KeptConfiguration {
  readonly document: string;
  /** What is given back beside the document. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A bucket and all that it holds. */
export interface Bucket {
  readonly name: string;
  readonly createdAt: number;
  /** The Region that its maker named, where that is another than the cloud's. */
  location: string | undefined;
  /** Whether objects may be locked in it, which is decided when it is made. */
  objectLock: boolean;
  versioning: 'Enabled' | 'Suspended' | undefined;
  policy: PolicyDocument | undefined;
  /** Whether the bucket tells EventBridge of its objects. */
  eventBridge: boolean;
  defaultEncryption: Encryption;
  /** Undefined where it has no set of tags, which is another thing than an empty one. */
  tags: Readonly<Record<string, string>> | undefined;
  /** Configurations that change nothing, by the query parameter that names them. */
  readonly configurations: Map<string, KeptConfiguration>;
  /** Versions of each key, the newest first; never empty. */
  readonly versions: Map<string, readonly ObjectVersion[]>;
  readonly uploads: Map<string, Upload>;
}
