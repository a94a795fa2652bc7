import type { ChangedResource, RequestProgress } from './resource-request.ts';

/** What a service can be told beside the bare result, in the words of its own `succeed` and `continueAfter`. */
interface Teller {
  readonly success: (resources: readonly ChangedResource[]) => object;
  readonly progress: (progress: RequestProgress) => object;
}

const summaryOf = (resources: readonly ChangedResource[]) => ({ summary: resources.map(sentence).join('; ') });
const jobProgress = ({ summary, percentComplete }: RequestProgress) => ({ summary, percentComplete });
const nothing = () => ({});

/** By the service's name in Ringback. */
const TELLERS: Readonly<Record<string, Teller>> = {
  codepipeline: {
    success: (resources) => ({ variables: variablesOf(resources), ...summaryOf(resources) }),
    progress: jobProgress,
  },
  // CodePipeline takes no variables from third-party jobs.
  'codepipeline-third-party': { success: summaryOf, progress: jobProgress },
  'codepipeline-executor': {
    success: (resources) => ({ variables: variablesOf(resources), ...summaryOf(resources) }),
    progress: jobProgress,
  },
  transfer: { success: summaryOf, progress: nothing },
  servicecatalog: {
    success: (resources) => ({
      outputs: Object.entries(variablesOf(resources)).map(([key, value]) => ({ key, value })),
    }),
    progress: nothing,
  },
};

/** What goes along with the answers of a service; nothing for one that is not known. */
export function tellerOf(service: string): Teller {
  return TELLERS[service] ?? { success: nothing, progress: nothing };
}

/** One resource by plain names, several by their place in the list. */
function variablesOf(resources: readonly ChangedResource[]): Readonly<Record<string, string>> {
  const named = resources.map((resource, index) => {
    const place = resources.length === 1 ? '' : String(index + 1);
    return {
      [`Identifier${place}`]: resource.identifier,
      [`Operation${place}`]: resource.operation,
      [`ChangedProperties${place}`]: resource.changedProperties.join(','),
    };
  });
  return Object.assign({}, ...named);
}

const DONE = { CREATE: 'created', UPDATE: 'updated', DELETE: 'deleted', NONE: 'left as it is' } as const;

/** `updated AWS::S3::Bucket shop (VersioningConfiguration); the hook ... warns: ...`. */
function sentence({ operation, typeName, identifier, changedProperties, warnings }: ChangedResource): string {
  const changed = operation === 'UPDATE' ? ` (${changedProperties.join(', ')})` : '';
  return [`${DONE[operation]} ${typeName} ${identifier}${changed}`, ...warnings].join('; ');
}
