import path from 'node:path';
import type { Kernel } from '../kernel/kernel.ts';
import type { CreatedResource, LocalService, ResourceDeclaration } from '../kernel/service.ts';
import { AssemblyError } from './assembly-error.ts';
import { deployStack, type StackInput, type StackSurroundings } from './deploy-stack.ts';
import { type DeployedStack, type Deployment, findResource } from './deployment.ts';
import { resolveDynamicReferences } from './dynamic-references.ts';
import { isRecord } from './is-record.ts';
import type { CloudAssembly, StackArtifact } from './load-assembly.ts';
import { physicalName } from './physical-name.ts';
import { placeholder } from './placeholder.ts';
import { DEPLOYS_NOTHING, HARMLESS_RESOURCES } from './simulated/harmless-resources.ts';
import { createShortfall } from './simulated/shortfall.ts';
import { readTemplate } from './template.ts';

/** Options of {@link deployAssembly}. */
export interface DeployOptions {
  readonly kernel: Kernel;
  /** Who creates resources; the first that knows a type does it. */
  readonly services: readonly LocalService[];
  /**
   * The stacks to deploy, by stack name, artifact id or construct path; those that they depend on come too.
   *
   * @defaultValue all stacks
   */
  readonly stacks?: readonly string[];
  /** Values of template parameters, by stack: its name, artifact id or construct path. */
  readonly parameters?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Refuses what is not simulated and could change the outcome. @defaultValue false: a notice names it */
  readonly strict?: boolean;
}

const NESTED_STACK = 'AWS::CloudFormation::Stack';

/**
 * Creates the resources of an assembly in the simulated services, stack after stack.
 *
 * Types that no service simulates get placeholders; one `notice` counts them at the end, and names what could change
 * the outcome: types, and properties of the others.
 *
 * @throws AssemblyError
 */
export async function deployAssembly(assembly: CloudAssembly, options: DeployOptions): Promise<Deployment> {
  const { kernel, services } = options;
  const stacks: DeployedStack[] = [];
  const exports = new Map<string, unknown>();
  const shortfall = createShortfall(kernel.events);

  async function create(declaration: ResourceDeclaration, stack: StackInput) {
    const { type } = declaration;
    if (HARMLESS_RESOURCES[type] !== DEPLOYS_NOTHING) {
      for (const service of services) await service.beforeResource?.(declaration);
    }
    const provider = services.map((service) => service.resources?.[type]).find((found) => found !== undefined);
    if (provider !== undefined) {
      shortfall.properties(declaration);
      const properties = resolveDynamicReferences(declaration.properties, services);
      return { ...(await provider({ ...declaration, properties })), simulated: true };
    }
    if (type === NESTED_STACK) {
      const nested = await createNestedStack(declaration, stack);
      if (nested !== undefined) return { ...nested, simulated: true };
    }
    shortfall.resource(declaration);
    return { ...placeholder(declaration, kernel), simulated: false };
  }

  async function createNestedStack(
    { logicalId, stackName, properties, assemblyDir }: ResourceDeclaration,
    stack: StackInput,
  ): Promise<CreatedResource | undefined> {
    const asset = stack.assets.get(path.posix.basename(String(properties.TemplateURL)));
    if (asset === undefined) return undefined;
    const nested = await deployStack(
      {
        stackName: physicalName(stackName, logicalId, { maxLength: 128 }),
        template: readTemplate(asset.source),
        assemblyDir,
        parameters: isRecord(properties.Parameters) ? properties.Parameters : {},
        assets: stack.assets,
        paths: stack.paths,
      },
      surroundings,
    );
    stacks.push(nested);
    const outputs = Object.entries(nested.outputs).map(([name, value]) => [`Outputs.${name}`, value]);
    return { ref: nested.stackId, attributes: Object.fromEntries(outputs) };
  }

  const surroundings: StackSurroundings = {
    kernel,
    create,
    async beforeStack(declaration) {
      for (const service of services) await service.beforeStack?.(declaration);
    },
    exported: (name) => exports.get(name),
    stackOutput: (stackName, output) => stacks.find(({ name }) => name === stackName)?.outputs[output],
    publish(name, value, stackName) {
      if (exports.has(name)) {
        const message = `stack ${stackName} cannot be created: Export with name ${name} is already exported`;
        throw new AssemblyError('TemplateMalformed', message);
      }
      exports.set(name, value);
    },
  };

  const given = parametersByStack(assembly, options.parameters);
  for (const stack of selected(assembly, options.stacks)) {
    const parameters = { ...stack.parameters, ...given.get(stack) };
    stacks.push(await deployStack({ ...stack, assemblyDir: stack.dir, parameters }, surroundings));
  }
  const findings = shortfall.findings();
  if (options.strict === true && findings.length > 0) {
    throw new AssemblyError(
      'NotSimulated',
      `not simulated, and able to change the outcome: ${findings.join(', ')}; strict mode ends here, --no-strict goes on`,
    );
  }
  const message = shortfall.notice();
  if (message !== undefined) kernel.events.emit('notice', { message });
  return { stacks, find: (query, findOptions) => findResource(stacks, query, findOptions) };
}

/** The stacks asked for and those that they need, in the assembly's order. */
function selected(assembly: CloudAssembly, names: readonly string[] | undefined): readonly StackArtifact[] {
  if (names === undefined) return assembly.stacks;
  const wanted = new Set<StackArtifact>();
  function want(stack: StackArtifact): void {
    wanted.add(stack);
    for (const dependency of stack.dependencies) want(dependency);
  }
  for (const name of names) {
    for (const stack of stacksNamed(assembly, name)) want(stack);
  }
  return assembly.stacks.filter((stack) => wanted.has(stack));
}

/** The parameters that are given to each stack, however it is named. */
function parametersByStack(
  assembly: CloudAssembly,
  given: DeployOptions['parameters'] = {},
): ReadonlyMap<StackArtifact, Readonly<Record<string, unknown>>> {
  const byStack = new Map<StackArtifact, Readonly<Record<string, unknown>>>();
  for (const [name, parameters] of Object.entries(given)) {
    for (const stack of stacksNamed(assembly, name)) byStack.set(stack, { ...byStack.get(stack), ...parameters });
  }
  return byStack;
}

/** @throws AssemblyError `StackUnknown` where there is none of this name, artifact id or construct path */
function stacksNamed(assembly: CloudAssembly, name: string): readonly StackArtifact[] {
  const found = assembly.stacks.filter((stack) => [stack.stackName, stack.id, stack.displayName].includes(name));
  if (found.length > 0) return found;
  const known = assembly.stacks.map((stack) => stack.displayName).join(', ');
  throw new AssemblyError('StackUnknown', `there is no stack "${name}" in ${assembly.dir}: it holds ${known}`);
}
