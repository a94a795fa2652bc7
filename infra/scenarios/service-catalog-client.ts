import { randomUUID } from 'node:crypto';
import type { Stage } from '../../lib/local/scenarios/scenario.ts';

/** Calls one operation of Service Catalog as the developer. @throws Error with the service's code and message */
export type ServiceCatalogCall = (operation: string, input: object) => Promise<Readonly<Record<string, unknown>>>;

/** A client of the local Service Catalog: a request is all that it takes, so no SDK is needed. */
export function serviceCatalogClient({ client }: Pick<Stage, 'client'>): ServiceCatalogCall {
  const scope = `20260101/${client.region}/servicecatalog/aws4_request`;
  return async (operation, input) => {
    const response = await fetch(client.endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `AWS242ServiceCatalogService.${operation}`,
        authorization: `AWS4-HMAC-SHA256 Credential=${client.credentials.accessKeyId}/${scope}, SignedHeaders=host, Signature=none`,
      },
      body: JSON.stringify(input),
    });
    const output = (await response.json()) as Record<string, unknown>;
    if (response.ok) return output;
    throw new Error(`${operation}: ${String(output.__type)}: ${String(output.message)}`);
  };
}

/** A token that no other request has. */
export const newToken = (): string => randomUUID();
