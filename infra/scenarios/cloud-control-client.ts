import type { Stage } from '../../lib/local/scenarios/scenario.ts';
import { type DeveloperCall, developerCall } from './developer-call.ts';

/** A client of the local Cloud Control. */
export function cloudControlClient(stage: Pick<Stage, 'client'>): DeveloperCall {
  return developerCall(stage, { service: 'cloudcontrolapi', targetPrefix: 'CloudApiService', jsonVersion: '1.0' });
}

/** The properties of a resource. @throws Error where it is not there */
export async function propertiesOf(
  call: DeveloperCall,
  TypeName: string,
  Identifier: string,
): Promise<Readonly<Record<string, unknown>>> {
  const { ResourceDescription } = await call('GetResource', { TypeName, Identifier });
  return JSON.parse((ResourceDescription as { Properties: string }).Properties);
}
