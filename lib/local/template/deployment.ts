import { AssemblyError } from './assembly-error.ts';

/** A resource that was created. */
export interface DeployedResource {
  readonly stackName: string;
  readonly logicalId: string;
  readonly type: string;
  /** What `Ref` gives. */
  readonly physicalId: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** The path of the construct, such as `Stack/Function/Resource`, where the assembly tells it. */
  readonly path?: string;
  /** Whether a service of the local cloud simulates it. */
  readonly simulated: boolean;
}

/** A stack that was deployed. */
export interface DeployedStack {
  readonly name: string;
  readonly stackId: string;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly resources: ReadonlyMap<string, DeployedResource>;
}

/** What {@link findResource} looks for besides the name. */
export interface FindOptions {
  /** The CloudFormation type, such as `AWS::Lambda::Function`. */
  readonly type?: string;
  /** The name of the stack. */
  readonly stack?: string;
}

/** What a deployment made. */
export interface Deployment {
  /** In the order in which they were deployed; a nested stack before the stack that holds it. */
  readonly stacks: readonly DeployedStack[];
  /**
   * The resource of a construct path or logical id. Where several fit, the closest wins: the whole path, the path of
   * the construct that owns the resource, the logical id, the logical id without the CDK's hash, a path or logical id
   * that begins so.
   *
   * @throws AssemblyError `ResourceNotFound`, or `ResourceAmbiguous` when several fit equally well.
   */
  find(query: string, options?: FindOptions): DeployedResource;
}

const FITS: readonly ((resource: DeployedResource, query: string) => boolean)[] = [
  ({ path }, query) => path === query,
  ({ path }, query) => path === `${query}/Resource` || path === `${query}/Default`,
  ({ logicalId }, query) => logicalId === query,
  ({ logicalId }, query) => logicalId.startsWith(query) && /^[0-9A-F]{8}$/.test(logicalId.slice(query.length)),
  ({ path }, query) => path?.startsWith(`${query}/`) === true,
  ({ logicalId }, query) => logicalId.startsWith(query),
];

/** The resource that a construct path or the beginning of a logical id means; see {@link Deployment.find}. */
export function findResource(
  stacks: readonly DeployedStack[],
  query: string,
  options: FindOptions = {},
): DeployedResource {
  const candidates = stacks
    .flatMap((stack) => [...stack.resources.values()])
    .filter(({ type }) => options.type === undefined || type === options.type)
    .filter(({ stackName }) => options.stack === undefined || stackName === options.stack);
  for (const fits of FITS) {
    const found = candidates.filter((resource) => fits(resource, query));
    const [first, second] = found;
    if (second !== undefined) {
      const names = found.map(({ stackName, logicalId, type }) => `${stackName}.${logicalId} (${type})`).join(', ');
      throw new AssemblyError(
        'ResourceAmbiguous',
        `"${query}" may be any of ${names}: ask for one of them by its path`,
      );
    }
    if (first !== undefined) return first;
  }
  const kind = options.type ?? 'resource';
  throw new AssemblyError(
    'ResourceNotFound',
    `no ${kind} "${query}" was deployed: give a construct path or a logical id`,
  );
}
