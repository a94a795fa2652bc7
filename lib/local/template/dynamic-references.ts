import type { LocalService } from '../kernel/service.ts';
import { isRecord } from './is-record.ts';

const REFERENCE = /\{\{resolve:([a-z-]+):([^{}]+)\}\}/g;

/**
 * A value with its dynamic references (`{{resolve:SERVICE:…}}`) replaced by what they stand for. Those to services that
 * resolve none stay as they are.
 *
 * @throws AwsError of the service, when a reference leads nowhere
 */
export function resolveDynamicReferences<Value>(value: Value, services: readonly LocalService[]): Value {
  const resolvers = new Map(services.flatMap(({ dynamicReferences }) => Object.entries(dynamicReferences ?? {})));
  const resolve = (part: unknown): unknown => {
    if (typeof part === 'string') {
      return part.replace(REFERENCE, (whole, service: string, reference: string) =>
        (resolvers.get(service) ?? (() => whole))(reference),
      );
    }
    if (Array.isArray(part)) return part.map(resolve);
    if (!isRecord(part)) return part;
    return Object.fromEntries(Object.entries(part).map(([name, member]) => [name, resolve(member)]));
  };
  return resolve(value) as Value;
}
