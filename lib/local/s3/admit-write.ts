import type { IncomingMessage } from 'node:http';
import { encryptionContext } from './encryption.ts';
import { headerOf } from './header-of.ts';
import { authorizeWrite, type WriteIntent } from './object-access.ts';
import { refuseHeaders, setsAcl } from './refused-headers.ts';
import type { S3Call } from './s3-call.ts';
import type { S3Parts } from './s3-parts.ts';

/** Asks whether a request may write as its headers say, and refuses headers that nothing here carries out. @throws AwsError */
export function admitWrite(parts: S3Parts, { request, context }: S3Call, intent: WriteIntent): void {
  authorizeWrite(parts, context, {
    ...intent,
    context: encryptionContext(parts.kernel, request),
    actions: actionsOf(request),
  });
  refuseHeaders(request, intent.bucket);
}

/** What a write needs beside `s3:PutObject` for what its headers do (API reference, PutObject, "Permissions"). */
export function actionsOf(request: IncomingMessage): readonly string[] {
  const isSent = (header: string) => headerOf(request, header) !== undefined;
  return [
    ...(setsAcl(request) ? ['s3:PutObjectAcl'] : []),
    ...(isSent('x-amz-object-lock-mode') || isSent('x-amz-object-lock-retain-until-date')
      ? ['s3:PutObjectRetention']
      : []),
    ...(isSent('x-amz-object-lock-legal-hold') ? ['s3:PutObjectLegalHold'] : []),
    // Whoever compares ETags learns something of the object that is there.
    ...(isSent('if-match') ? ['s3:GetObject'] : []),
  ];
}
