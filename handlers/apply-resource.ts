import { follow, inOrder } from 'ringback/cloudcontrol';
import { ConfigurationError, pipelineJob, succeed } from 'ringback/codepipeline';
import * as z from 'zod';
import { orderedRequests } from './resources/ordered-requests.ts';
import { type ResourceEntry, resourceEntry } from './resources/resource-entry.ts';

const parameters = z.object({
  /** A JSON file in the artifact: one resource, or a list of them. */
  file: z.string().default('resources.json'),
});

/**
 * Brings the resources that a file of the artifact describes to their desired state: creates what is missing, changes what
 * differs, deletes what is to be gone by name. Leaves the identifier of each as the variable of its name, and what changed as Changed.
 */
export const handler = pipelineJob(
  async (job) => {
    const entries = await readEntries(job.parameters.file, (file) => job.inputArtifact().json(file));
    return follow(job, inOrder(orderedRequests(entries)), {
      outcome(resources) {
        const named = entries.map(({ name }, index) => [name ?? `Resource${index + 1}`, resources[index]?.identifier]);
        const changed = resources.filter(({ operation }) => operation !== 'NONE');
        const lines = changed.map(({ operation, typeName, identifier, changedProperties }) =>
          [operation, typeName, identifier, operation === 'UPDATE' ? `(${changedProperties.join(', ')})` : '']
            .join(' ')
            .trim(),
        );
        const warnings = resources.flatMap((resource) => resource.warnings);
        return succeed({
          variables: { ...Object.fromEntries(named), Changed: lines.join('; ') || 'nothing' },
          summary: [...(lines.length > 0 ? lines : ['everything is as desired']), ...warnings].join('; '),
        });
      },
    });
  },
  // To run it again after a death is safe: the same work is the same request.
  { parameters, onCrash: 'retry' },
);

async function readEntries(file: string, read: (file: string) => Promise<unknown>): Promise<readonly ResourceEntry[]> {
  const content = await read(file);
  const list = z
    .array(resourceEntry)
    .min(1)
    .safeParse(Array.isArray(content) ? content : [content]);
  if (list.success) return list.data;
  const issues = list.error.issues.map(({ path, message }) => `${path.join('.') || 'the whole'}: ${message}`);
  throw new ConfigurationError(`${file} does not fit: ${issues.join('; ')}`);
}
