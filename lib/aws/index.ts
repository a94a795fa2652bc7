export { AwsCallError, type AwsFault } from './aws-call-error.ts';
export { type CallLimits, callUntil, tryUntil } from './call-until.ts';
export { type AwsConnection, type ConnectionOptions, createConnection, isRegion } from './connection.ts';
export { type AwsCredentials, type CredentialProvider, defaultCredentials } from './credentials.ts';
export {
  DYNAMODB,
  type FoundItem,
  type Item,
  type ItemUpdate,
  openTable,
  type TableOptions,
} from './dynamodb-table.ts';
export { type CallOptions, callJson, type JsonServiceId } from './json-call.ts';
export { answerWithin, openConnection } from './kept-connections.ts';
export { type BusEvent, putEvent } from './put-event.ts';
export { callQuery, type QueryServiceId, xmlMembers, xmlText } from './query-call.ts';
export { readBody, type SignedRequest, sendSigned } from './signed-request.ts';
export { moveTime, systemTime, type TimeSource } from './time-source.ts';
