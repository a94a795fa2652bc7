import { createHash } from 'node:crypto';
import { fail, pipelineJob, succeed } from 'ringback/codepipeline';
import * as z from 'zod';

/** Numbers arrive as text where they come from another action's variables. */
const parameters = z.object({
  /** Fails the job unless the artifact has this many files. */
  expectFiles: z.coerce.number().int().optional(),
  /** Fails the job unless the manifest's own SHA-256 is this one. */
  expectSha256: z.string().optional(),
});

interface ManifestFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Writes down what an artifact holds: path, size and SHA-256 of each file, as `manifest.json` in the output artifact
 * (where the action has one) and as the variables FileCount, TotalBytes and ManifestSha256.
 */
export const handler = pipelineJob(
  async (job) => {
    const { expectFiles, expectSha256 } = job.parameters;
    const input = job.inputArtifact();
    const files: ManifestFile[] = [];
    for await (const entry of input.entries()) {
      if (entry.isDirectory) continue;
      const hash = createHash('sha256');
      for await (const chunk of await entry.stream()) hash.update(chunk);
      files.push({ path: entry.path, bytes: entry.size, sha256: hash.digest('hex') });
    }
    files.sort((a, b) => (a.path < b.path ? -1 : 1));
    const totalBytes = files.reduce((sum, file) => sum + file.bytes, 0);
    const manifest = `${JSON.stringify({ artifact: input.name, files, totalBytes }, null, 2)}\n`;
    const sha256 = createHash('sha256').update(manifest).digest('hex');

    if (expectFiles !== undefined && files.length !== expectFiles) {
      return fail(`${input.name} has ${files.length} files, but ${expectFiles} were expected`);
    }
    if (expectSha256 !== undefined && sha256 !== expectSha256) {
      return fail(`the manifest of ${input.name} has the SHA-256 ${sha256}, but ${expectSha256} was expected`);
    }
    if (job.outputArtifacts.length > 0) await job.outputArtifact().writeFiles({ 'manifest.json': manifest });
    return succeed({
      variables: { FileCount: files.length, TotalBytes: totalBytes, ManifestSha256: sha256 },
      summary: `${files.length} files, ${totalBytes} bytes`,
    });
  },
  { parameters },
);
