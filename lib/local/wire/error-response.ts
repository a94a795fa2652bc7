import type { ServerResponse } from 'node:http';
import type { AwsError } from '../kernel/aws-error.ts';
import type { QueryCompatibleError } from '../kernel/service.ts';
import { encodeCbor } from './cbor.ts';
import { type XmlContent, xmlElement } from './xml.ts';

type XmlMembers = Readonly<Record<string, XmlContent>>;

/** How a service writes its errors. */
export type ErrorProtocol = 'json' | 'rest-json' | 'rest-xml' | 'query' | 'rpc-v2-cbor';

/** The codes whose form differs in the XML protocols, with the status they carry there. */
const XML_CODES: Readonly<Record<string, readonly [code: string, status: number]>> = {
  AccessDeniedException: ['AccessDenied', 403],
  ExpiredTokenException: ['ExpiredToken', 403],
  IncompleteSignatureException: ['IncompleteSignature', 400],
  MissingAuthenticationTokenException: ['MissingAuthenticationToken', 403],
};

/** S3 departs from the other XML services in these. */
const S3_CODES: typeof XML_CODES = {
  ExpiredTokenException: ['ExpiredToken', 400],
  IncompleteSignatureException: ['AuthorizationHeaderMalformed', 400],
  InternalFailure: ['InternalError', 500],
};

/** Errors of a service in the query protocol. */
export interface QueryErrors {
  /** The namespace of the document. */
  readonly namespace: string;
  /** The code that clients of this protocol know an error by. */
  codeOf(code: string): string;
}

/** What an error needs beside itself to be written. */
export interface ErrorResponseOptions {
  readonly protocol: ErrorProtocol;
  readonly requestId: string;
  /** The version in the content type of the JSON protocols. @defaultValue '1.1' */
  readonly jsonVersion?: string;
  /** Also writes the message as `Message`, for services whose model spells it so. */
  readonly upperCaseMessage?: boolean;
  /** The names of an error that old clients know by another code. */
  readonly queryCompatible?: QueryCompatibleError;
  /** How errors of the query protocol depart from the others. */
  readonly queryErrors?: QueryErrors;
}

/** Ends a response with an error in the wire form of its protocol. */
export function writeError(response: ServerResponse, error: AwsError, options: ErrorResponseOptions): void {
  const { protocol } = options;
  if (protocol === 'rest-xml' || protocol === 'query') writeXml(response, error, protocol, options);
  else if (protocol === 'rpc-v2-cbor') writeCbor(response, error);
  else writeJson(response, error, options);
}

function writeJson(response: ServerResponse, error: AwsError, options: ErrorResponseOptions): void {
  const { message } = error;
  const { queryCompatible } = options;
  const type = queryCompatible?.type ?? error.code;
  const body = JSON.stringify({
    __type: type,
    message,
    ...(options.upperCaseMessage ? { Message: message } : {}),
    ...error.members,
  });
  const contentType =
    options.protocol === 'json' ? `application/x-amz-json-${options.jsonVersion ?? '1.1'}` : 'application/json';
  response.setHeader('x-amzn-errortype', type);
  if (queryCompatible !== undefined) {
    const fault = error.status < 500 ? 'Sender' : 'Receiver';
    response.setHeader('x-amzn-query-error', `${queryCompatible.queryCode};${fault}`);
  }
  send(response, error.status, contentType, body);
}

function writeCbor(response: ServerResponse, { code, message, status, members }: AwsError): void {
  response.setHeader('smithy-protocol', 'rpc-v2-cbor');
  send(response, status, 'application/cbor', encodeCbor({ __type: code, message, ...members }));
}

function writeXml(
  response: ServerResponse,
  error: AwsError,
  protocol: 'rest-xml' | 'query',
  { requestId, queryErrors }: ErrorResponseOptions,
): void {
  const known = (protocol === 'rest-xml' ? S3_CODES[error.code] : undefined) ?? XML_CODES[error.code];
  const [code, status] = known ?? [error.code, error.status];
  const detail = { Code: queryErrors?.codeOf(code) ?? code, Message: error.message };
  const body =
    protocol === 'rest-xml'
      ? xmlElement('Error', { ...detail, ...(error.members as XmlMembers), RequestId: requestId, HostId: requestId })
      : xmlElement(
          'ErrorResponse',
          {
            Error: { Type: status < 500 ? 'Sender' : 'Receiver', ...detail },
            RequestId: requestId,
          },
          queryErrors === undefined ? '' : ` xmlns="${queryErrors.namespace}"`,
        );
  if (protocol === 'rest-xml') response.setHeader('x-amz-request-id', requestId);
  const type = protocol === 'rest-xml' ? 'application/xml' : 'text/xml';
  send(response, status, type, `<?xml version="1.0" encoding="UTF-8"?>\n${body}`);
}

function send(response: ServerResponse, status: number, contentType: string, body: string | Buffer): void {
  response.statusCode = status;
  response.setHeader('Content-Type', contentType);
  response.setHeader('Content-Length', Buffer.byteLength(body));
  response.end(body);
}
