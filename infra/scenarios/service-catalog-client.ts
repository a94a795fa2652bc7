import { randomUUID } from 'node:crypto';
import type { Stage } from '../../lib/local/scenarios/scenario.ts';
import { type DeveloperCall, developerCall } from './developer-call.ts';

/** Calls one operation of Service Catalog as the developer. @throws Error with the service's code and message */
export type ServiceCatalogCall = DeveloperCall;

/** A client of the local Service Catalog. */
export function serviceCatalogClient(stage: Pick<Stage, 'client'>): ServiceCatalogCall {
  return developerCall(stage, { service: 'servicecatalog', targetPrefix: 'AWS242ServiceCatalogService' });
}

/** A token that no other request has. */
export const newToken = (): string => randomUUID();
