import type { Kernel } from '../kernel/kernel.ts';
import type { CreatedResource, ResourceDeclaration, StackDeclaration } from '../kernel/service.ts';
import { AssemblyError } from './assembly-error.ts';
import type { FileAsset } from './asset-manifest.ts';
import type { DeployedResource, DeployedStack } from './deployment.ts';
import { isRecord } from './is-record.ts';
import { withLocalCode } from './local-code.ts';
import { orderByDependency } from './order.ts';
import { parameterValues } from './parameters.ts';
import { referencesOf } from './references.ts';
import { resolve, resolveCondition } from './resolve.ts';
import { stackScope } from './stack-scope.ts';
import type { Template } from './template.ts';

/** A stack to deploy. */
export interface StackInput {
  readonly stackName: string;
  readonly template: Template;
  readonly assemblyDir: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly assets: ReadonlyMap<string, FileAsset>;
  readonly paths: ReadonlyMap<string, string>;
}

/** What a stack needs of the deployment that it is part of. */
export interface StackSurroundings {
  readonly kernel: Kernel;
  /** Creates one resource; `simulated` is false where no service does it. */
  create(
    declaration: ResourceDeclaration,
    stack: StackInput,
  ): Promise<CreatedResource & { readonly simulated: boolean }>;
  /** Asked before the first resource. @throws Error to refuse the stack */
  beforeStack(stack: StackDeclaration): Promise<void>;
  exported(name: string): unknown;
  stackOutput(stackName: string, outputName: string): unknown;
  /** Publishes an export of a stack. @throws AssemblyError when another output has that name */
  publish(name: string, value: unknown, stackName: string): void;
}

/**
 * Creates the resources of one stack in the order of their references, then resolves its outputs.
 *
 * @throws AssemblyError naming stack and place.
 */
export async function deployStack(stack: StackInput, around: StackSurroundings): Promise<DeployedStack> {
  const { template, stackName } = stack;
  const { kernel } = around;
  const stackId = `arn:${kernel.partition}:cloudformation:${kernel.region}:${kernel.accountId}:stack/${stackName}/${kernel.uuid()}`;
  const resources = new Map<string, DeployedResource>();
  const parameters = parameterValues(stackName, template.Parameters, stack.parameters);
  const scope = stackScope({
    kernel,
    template,
    stackName,
    stackId,
    parameters,
    resources,
    exported: around.exported,
    stackOutput: around.stackOutput,
  });
  const applies = (condition: string | undefined, user: string) =>
    condition === undefined || resolveCondition(condition, scope, { at: `stack ${stackName}: ${user}.Condition` });

  requireTargets(stack);
  await around.beforeStack({ stackName, stackId, template }).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AssemblyError('ResourceFailed', `stack ${stackName} cannot be created: ${reason}`, { cause });
  });
  for (const logicalId of orderOf(stack, applies)) {
    const resource = template.Resources[logicalId];
    if (resource === undefined) continue;
    const at = `stack ${stackName}: Resources.${logicalId}.Properties`;
    const resolved = resolve(resource.Properties ?? {}, scope, { at });
    const metadataPath = resource.Metadata?.['aws:cdk:path'];
    const path = typeof metadataPath === 'string' ? metadataPath : stack.paths.get(logicalId);
    const declaration: ResourceDeclaration = {
      type: resource.Type,
      logicalId,
      stackName,
      stackId,
      ...(path === undefined ? {} : { path }),
      properties: withLocalCode(logicalId, resource, isRecord(resolved) ? resolved : {}, stack),
      assemblyDir: stack.assemblyDir,
    };
    const created = await around.create(declaration, stack).catch((cause: unknown) => {
      if (cause instanceof AssemblyError) throw cause;
      const reason = cause instanceof Error ? cause.message : String(cause);
      const message = `${logicalId} (${resource.Type}) of stack ${stackName} cannot be created: ${reason}`;
      throw new AssemblyError('ResourceFailed', message, { cause });
    });
    resources.set(logicalId, {
      stackName,
      logicalId,
      type: resource.Type,
      physicalId: created.ref,
      attributes: created.attributes ?? {},
      ...(path === undefined ? {} : { path }),
      simulated: created.simulated,
    });
  }

  const outputs: Record<string, unknown> = {};
  for (const [name, output] of Object.entries(template.Outputs)) {
    if (!applies(output.Condition, `Outputs.${name}`)) continue;
    const at = `stack ${stackName}: Outputs.${name}`;
    outputs[name] = textOf(resolve(output.Value, scope, { at: `${at}.Value` }), `${at}.Value`);
    if (output.Export === undefined) continue;
    around.publish(String(resolve(output.Export.Name, scope, { at: `${at}.Export.Name` })), outputs[name], stackName);
  }
  return { name: stackName, stackId, outputs, resources };
}

/** An output is text, whatever it was in the template. @throws AssemblyError for what has no text */
function textOf(value: unknown, at: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new AssemblyError('TemplateMalformed', `${at} must be text, but is ${JSON.stringify(value)}`);
}

/** The logical ids whose conditions hold, each after those that it refers to. */
function orderOf(stack: StackInput, applies: (condition: string | undefined, user: string) => boolean): string[] {
  const { Resources: resources } = stack.template;
  const existing = Object.keys(resources).filter((id) => applies(resources[id]?.Condition, `Resources.${id}`));
  const known = new Set(existing);
  function dependenciesOf(logicalId: string): string[] {
    const at = `Resources.${logicalId}`;
    const resource = resources[logicalId];
    const references = referencesOf(resource?.Properties, at, (condition) => applies(condition, at));
    return [...[resource?.DependsOn ?? []].flat(), ...references.map(({ name }) => name)].filter((id) => known.has(id));
  }
  return orderByDependency(existing, dependenciesOf, `resources of stack ${stack.stackName}`);
}

/** Names that exist nowhere are refused before anything is created, as CloudFormation's own validation does. */
function requireTargets({ stackName, template }: StackInput): void {
  for (const [logicalId, resource] of Object.entries(template.Resources)) {
    const at = `Resources.${logicalId}`;
    const wanted = [
      ...[resource.DependsOn ?? []].flat().map((name) => ({ name, at: `${at}.DependsOn` })),
      ...referencesOf(resource.Properties, `${at}.Properties`),
    ];
    for (const reference of wanted) {
      if (reference.name.startsWith('AWS::')) continue;
      if (Object.hasOwn(template.Resources, reference.name) || Object.hasOwn(template.Parameters, reference.name))
        continue;
      throw new AssemblyError(
        'ReferenceDangling',
        `stack ${stackName}: ${reference.at}: there is no resource and no parameter "${reference.name}"`,
      );
    }
  }
}
