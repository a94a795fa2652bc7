import { codePipelineProperties } from './codepipeline-properties.ts';
import { identityProperties } from './identity-properties.ts';
import { lambdaProperties } from './lambda-properties.ts';
import { messageProperties } from './message-properties.ts';
import { operationsProperties } from './operations-properties.ts';
import type { MemberKnowledge } from './property.ts';
import { storageProperties } from './storage-properties.ts';
import { transferProperties } from './transfer-properties.ts';

/** What is known of the properties of every resource type that a service creates. */
export const KNOWN_PROPERTIES: Readonly<Record<string, MemberKnowledge>> = {
  ...codePipelineProperties,
  ...identityProperties,
  ...lambdaProperties,
  ...messageProperties,
  ...operationsProperties,
  ...storageProperties,
  ...transferProperties,
};
