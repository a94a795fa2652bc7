import type { ResourceHook, ResourceProperties } from 'ringback/hooks';

/** A resource that is about to be there. */
export interface PlannedResource {
  /** What it is called, for messages. */
  readonly label: string;
  readonly type: string;
  readonly properties: ResourceProperties;
}

/** The resources that an operation is about, as they will be: one, or those of a template or change set. */
export function resourcesOf({ operation, target, after, changes }: ResourceHook): readonly PlannedResource[] {
  switch (operation) {
    case 'STACK':
      return templateResources(after);
    case 'CHANGE_SET':
      return changes.flatMap(({ logicalId, type, after: properties }) =>
        properties === undefined ? [] : [{ label: logicalId, type, properties: propertiesOf(properties) }],
      );
    case 'RESOURCE':
      return after === undefined ? [] : [{ label: target.logicalId, type: target.name, properties: after }];
    // The logical id that Cloud Control makes up holds ids of its own, and no name.
    case 'CLOUD_CONTROL':
      return after === undefined ? [] : [{ label: target.name, type: target.name, properties: after }];
  }
}

function templateResources(template: ResourceProperties | undefined): readonly PlannedResource[] {
  return Object.entries(objectOf(template?.Resources)).map(([logicalId, resource]) => {
    const { Type, Properties } = objectOf(resource);
    return { label: logicalId, type: String(Type ?? ''), properties: objectOf(Properties) };
  });
}

/** The context of a changed resource holds its properties beside its attributes. */
function propertiesOf(context: ResourceProperties): ResourceProperties {
  return context.Properties === undefined ? context : objectOf(context.Properties);
}

function objectOf(value: unknown): ResourceProperties {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as ResourceProperties) : {};
}
