import type { Stage } from '../../lib/local/scenarios/scenario.ts';

/** Calls one operation as the developer. @throws Error with the service's code and message */
export type DeveloperCall = (operation: string, input: object) => Promise<Readonly<Record<string, unknown>>>;

/** A client of a local service of the JSON protocol, 1.1 unless told otherwise: a request is all that it takes. */
export function developerCall(
  { client }: Pick<Stage, 'client'>,
  {
    service,
    targetPrefix,
    jsonVersion = '1.1',
  }: { readonly service: string; readonly targetPrefix: string; readonly jsonVersion?: string },
): DeveloperCall {
  const scope = `20260101/${client.region}/${service}/aws4_request`;
  return async (operation, input) => {
    const response = await fetch(client.endpoint, {
      method: 'POST',
      headers: {
        'content-type': `application/x-amz-json-${jsonVersion}`,
        'x-amz-target': `${targetPrefix}.${operation}`,
        authorization: `AWS4-HMAC-SHA256 Credential=${client.credentials.accessKeyId}/${scope}, SignedHeaders=host, Signature=none`,
      },
      body: JSON.stringify(input),
    });
    // An operation without an output answers with nothing.
    const output = JSON.parse((await response.text()) || '{}') as Record<string, unknown>;
    if (response.ok) return output;
    throw new Error(`${operation}: ${String(output.__type)}: ${String(output.message)}`);
  };
}
