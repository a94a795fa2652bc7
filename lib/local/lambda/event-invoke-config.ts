import { invalidParameter } from './lambda-error.ts';
import { DEFAULT_MAX_EVENT_AGE_SECONDS, DEFAULT_MAX_RETRY_ATTEMPTS } from './limits.ts';

/** How Lambda treats the asynchronous events of a function. */
export interface EventInvokeConfig {
  readonly maxRetryAttempts: number;
  readonly maxEventAgeSeconds: number;
  readonly onSuccess?: string;
  readonly onFailure?: string;
}

/** What holds where nothing is configured: two more attempts, within 6 hours. */
export const DEFAULT_EVENT_INVOKE_CONFIG: EventInvokeConfig = {
  maxRetryAttempts: DEFAULT_MAX_RETRY_ATTEMPTS,
  maxEventAgeSeconds: DEFAULT_MAX_EVENT_AGE_SECONDS,
};

/** Reads an `AWS::Lambda::EventInvokeConfig`. @throws AwsError InvalidParameterValueException */
export function readEventInvokeConfig(properties: Readonly<Record<string, unknown>>): EventInvokeConfig {
  const destinations = properties.DestinationConfig as Record<string, { Destination?: string } | undefined> | undefined;
  const onSuccess = destinations?.OnSuccess?.Destination;
  const onFailure = destinations?.OnFailure?.Destination;
  return {
    maxRetryAttempts: within('MaximumRetryAttempts', properties, 0, 2, DEFAULT_MAX_RETRY_ATTEMPTS),
    maxEventAgeSeconds: within('MaximumEventAgeInSeconds', properties, 60, 21_600, DEFAULT_MAX_EVENT_AGE_SECONDS),
    ...(onSuccess === undefined ? {} : { onSuccess }),
    ...(onFailure === undefined ? {} : { onFailure }),
  };
}

function within(
  name: string,
  properties: Readonly<Record<string, unknown>>,
  min: number,
  max: number,
  fallback: number,
): number {
  const value = properties[name];
  if (value === undefined) return fallback;
  const number = Number(value);
  if (Number.isInteger(number) && number >= min && number <= max) return number;
  throw invalidParameter(`${name} must be a whole number from ${min} to ${max}, but is ${JSON.stringify(value)}`);
}
