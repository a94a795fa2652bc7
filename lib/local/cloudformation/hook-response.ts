import { isRecord } from '../template/is-record.ts';

/** What a hook's function answered. */
export type HookResponse =
  | { readonly kind: 'passed'; readonly message?: string; readonly annotations: readonly Annotation[] }
  | { readonly kind: 'failed'; readonly message: string; readonly annotations: readonly Annotation[] }
  | { readonly kind: 'later'; readonly callbackContext: unknown; readonly delaySeconds: number }
  | { readonly kind: 'invalid'; readonly reason: string };

/** One finding of a hook, by the names of `GetHookResult`. */
export type Annotation = Readonly<Record<string, unknown>>;

const ANNOTATION_MEMBERS: Readonly<Record<string, string>> = {
  annotationName: 'AnnotationName',
  status: 'Status',
  statusMessage: 'StatusMessage',
  remediationMessage: 'RemediationMessage',
  remediationLink: 'RemediationLink',
  severityLevel: 'SeverityLevel',
};

/** Reads the payload of a hook's function (CloudFormation Hooks User Guide, "Lambda function response"). */
export function readHookResponse(payload: string, clientRequestToken: string): HookResponse {
  let response: unknown;
  try {
    response = JSON.parse(payload);
  } catch {
    return invalid('the response is not JSON');
  }
  if (!isRecord(response)) return invalid('the response is not an object');
  const { hookStatus, errorCode, message, callbackContext = null, callbackDelaySeconds = 0 } = response;
  if (response.clientRequestToken !== clientRequestToken) {
    return invalid('clientRequestToken is missing, or not the one of the request');
  }
  const text = typeof message === 'string' ? message : undefined;
  const annotations = Array.isArray(response.annotations)
    ? response.annotations.filter(isRecord).map(readAnnotation)
    : [];
  switch (hookStatus) {
    case 'SUCCESS':
      return { kind: 'passed', ...(text === undefined ? {} : { message: text }), annotations };
    case 'FAILED':
      if (errorCode !== 'NonCompliant' && errorCode !== 'InternalFailure') {
        return invalid(
          `errorCode must be NonCompliant or InternalFailure with FAILED, but is ${JSON.stringify(errorCode)}`,
        );
      }
      return { kind: 'failed', message: text ?? '', annotations };
    case 'IN_PROGRESS':
      return { kind: 'later', callbackContext, delaySeconds: Math.max(0, Number(callbackDelaySeconds) || 0) };
    default:
      return invalid(`hookStatus must be SUCCESS, FAILED or IN_PROGRESS, but is ${JSON.stringify(hookStatus)}`);
  }
}

function readAnnotation(given: Readonly<Record<string, unknown>>): Annotation {
  const members = Object.entries(ANNOTATION_MEMBERS).flatMap(([member, name]) =>
    typeof given[member] === 'string' ? [[name, given[member]]] : [],
  );
  return Object.fromEntries(members);
}

function invalid(reason: string): HookResponse {
  return { kind: 'invalid', reason };
}
