import type { HookQuestion } from '../kernel/hook-port.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { ResourceDeclaration, StackDeclaration } from '../kernel/service.ts';
import { isRecord } from '../template/is-record.ts';

type Properties = Readonly<Record<string, unknown>>;

/** A stack as it was deployed for the last time. */
interface KnownStack {
  template: object | undefined;
  /** By logical id; as they were resolved. */
  readonly resources: Map<string, Properties>;
}

/** Makes the questions of hooks out of deployments: a stack that is known is updated, as are its resources. */
export interface KnownStacks {
  /** What hooks on change sets, and then hooks on stacks, are asked; `cdk deploy` deploys by change sets. */
  questionsOf(stack: StackDeclaration): readonly HookQuestion[];
  /** What hooks on resources are asked; nothing of a resource that stays as it is. */
  questionOf(resource: ResourceDeclaration): HookQuestion | undefined;
  /** Remembers that hooks let a stack, or a resource, pass. */
  passStack(stack: StackDeclaration): void;
  passResource(resource: ResourceDeclaration): void;
}

/** Creates an account that knows no stack. */
export function createKnownStacks({ partition, region, accountId, uuid }: Kernel): KnownStacks {
  const stacks = new Map<string, KnownStack>();

  function known(stackName: string): KnownStack {
    const found = stacks.get(stackName) ?? { template: undefined, resources: new Map() };
    stacks.set(stackName, found);
    return found;
  }

  return {
    questionsOf({ stackName, stackId, template }) {
      const previous = stacks.get(stackName)?.template;
      const place = { stackName, stackId };
      const changeSetId = `arn:${partition}:cloudformation:${region}:${accountId}:changeSet/cdk-deploy-change-set/${uuid()}`;
      const text = JSON.stringify(template);
      return [
        {
          ...place,
          operation: 'CHANGE_SET',
          // A hook on change sets is asked on their creation, whatever they are to do.
          action: 'CREATE',
          targetName: 'CHANGE_SET',
          targetLogicalId: changeSetId,
          targetId: changeSetId,
          changeSetId,
          payload: { template: text, changedResources: changesBetween(previous, template) },
        },
        {
          ...place,
          operation: 'STACK',
          action: previous === undefined ? 'CREATE' : 'UPDATE',
          targetName: 'STACK',
          targetLogicalId: stackName,
          targetId: stackId,
          payload: { template: text, ...(previous && { previousTemplate: JSON.stringify(previous) }) },
        },
      ];
    },
    questionOf({ type, logicalId, stackName, stackId, properties }) {
      const previousProperties = stacks.get(stackName)?.resources.get(logicalId);
      if (previousProperties !== undefined && isSame(previousProperties, properties)) return undefined;
      return {
        operation: 'RESOURCE',
        action: previousProperties === undefined ? 'CREATE' : 'UPDATE',
        targetName: type,
        targetLogicalId: logicalId,
        targetId: logicalId,
        stackName,
        ...(stackId === undefined ? {} : { stackId }),
        properties,
        ...(previousProperties === undefined ? {} : { previousProperties }),
      };
    },
    passStack({ stackName, template }) {
      known(stackName).template = template;
    },
    passResource({ stackName, logicalId, properties }) {
      known(stackName).resources.set(logicalId, properties);
    },
  };
}

/** What a change set tells of its resources: as their templates say it, numbers and booleans as texts. */
function changesBetween(previous: object | undefined, next: object): readonly object[] {
  const [before, after] = [resourcesIn(previous), resourcesIn(next)];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((logicalResourceId) => {
    const [former, later] = [before[logicalResourceId], after[logicalResourceId]];
    if (former !== undefined && later !== undefined && isSame(former, later)) return [];
    return {
      logicalResourceId,
      resourceType: (later ?? former)?.Type,
      action: former === undefined ? 'CREATE' : later === undefined ? 'DELETE' : 'UPDATE',
      lineNumber: null,
      beforeContext: contextOf(former),
      afterContext: contextOf(later),
    };
  });
}

function resourcesIn(template: object | undefined): Readonly<Record<string, Properties>> {
  const { Resources } = (template ?? {}) as { readonly Resources?: unknown };
  return isRecord(Resources) ? (Resources as Record<string, Properties>) : {};
}

function contextOf(resource: Properties | undefined): string | null {
  if (resource === undefined) return null;
  return JSON.stringify(resource.Properties ?? {}, (_name, value: unknown) =>
    typeof value === 'number' || typeof value === 'boolean' ? String(value) : value,
  );
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
