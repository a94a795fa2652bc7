import type { EventStream } from '../../kernel/events.ts';
import type { ResourceDeclaration } from '../../kernel/service.ts';
import { HARMLESS_RESOURCES } from './harmless-resources.ts';
import { KNOWN_PROPERTIES } from './known-properties.ts';
import { unsimulatedProperties } from './property.ts';

/** What a deployment has met that is not simulated. */
export interface Shortfall {
  /** A resource of a type that nobody simulates. */
  resource(declaration: ResourceDeclaration): void;
  /** The properties of a resource that somebody simulates. */
  properties(declaration: ResourceDeclaration): void;
  /** What could change the outcome, each with the places that use it. */
  findings(): readonly string[];
  /** One sentence on all of it; nothing where everything is simulated. */
  notice(): string | undefined;
}

/** Collects what is not simulated, and tells the watchers of what could change the outcome. */
export function createShortfall(events: EventStream): Shortfall {
  const types = new Map<string, number>();
  const found = new Map<string, string[]>();

  function tell(kind: 'resource' | 'property', name: string, { stackName, logicalId }: ResourceDeclaration): void {
    const where = `${stackName}.${logicalId}`;
    events.emit('unsimulated', { kind, name, where });
    found.set(name, [...(found.get(name) ?? []), where]);
  }

  const findings = () => [...found].map(([name, places]) => `${name} (${places.join(', ')})`);

  return {
    resource(declaration) {
      const { type } = declaration;
      if (EFFECTLESS.has(type)) return;
      types.set(type, (types.get(type) ?? 0) + 1);
      if (!Object.hasOwn(HARMLESS_RESOURCES, type)) tell('resource', type, declaration);
    },
    properties(declaration) {
      const knowledge = KNOWN_PROPERTIES[declaration.type];
      if (knowledge === undefined) return;
      for (const path of unsimulatedProperties(knowledge, declaration.properties)) {
        tell('property', `property ${path} of ${declaration.type}`, declaration);
      }
    },
    findings,
    notice() {
      if (types.size === 0 && found.size === 0) return undefined;
      const counts = [...types].sort(([one], [other]) => (one < other ? -1 : 1));
      const total = counts.reduce((sum, [, count]) => sum + count, 0);
      const resources = counts.map(([type, count]) => `${type} (${count})`).join(', ');
      const sentences = [
        ...(total === 0
          ? []
          : [`${total} ${total === 1 ? 'resource is' : 'resources are'} not simulated: ${resources}`]),
        found.size === 0
          ? 'none of them can change the outcome'
          : `not simulated, and able to change the outcome: ${findings().join(', ')}`,
      ];
      return sentences.join('; ');
    },
  };
}

/** Types that deploy nothing in AWS either, so that nobody misses them. */
const EFFECTLESS = new Set(['AWS::CDK::Metadata', 'AWS::CloudFormation::WaitConditionHandle']);
