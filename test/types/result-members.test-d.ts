import type { PutJobFailureResultInput, PutJobSuccessResultInput } from '@aws-sdk/client-codepipeline';
import type { resultMembers } from '../../lib/codepipeline/result-members.ts';

// Our own types, which spare users the SDK's client, say of a request nothing that the SDK's types do not say.
declare const given: ReturnType<typeof resultMembers>;
if (given.result === 'Failure') {
  given.members satisfies Omit<PutJobFailureResultInput, 'jobId'>;
} else {
  const { currentRevision, ...members } = given.members;
  members satisfies Omit<PutJobSuccessResultInput, 'jobId' | 'currentRevision'>;
  if (currentRevision) {
    const { created = 0, ...revision } = currentRevision;
    ({ ...revision, created: new Date(created) }) satisfies PutJobSuccessResultInput['currentRevision'];
  }
}
