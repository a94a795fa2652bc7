export { AwsCallError, type AwsFault } from './aws-call-error.ts';
export { callSigned } from './call-signed.ts';
export { type CallLimits, callUntil, TRY_MS, tryUntil } from './call-until.ts';
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
export { answerWithin, openConnection } from './http/kept-connections.ts';
export { type CallOptions, callJson, type JsonServiceId } from './json-call.ts';
export { type BusEvent, putEvent } from './put-event.ts';
export { callQuery, type QueryServiceId } from './query-call.ts';
export { moveTime, systemTime, type TimeSource } from './time-source.ts';
export { xmlMembers, xmlText } from './xml.ts';
