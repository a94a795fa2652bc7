import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Kernel } from '../../kernel/kernel.ts';
import type { ObjectPort } from '../../kernel/ports.ts';
import type { ActionProvider, ActionResult, ActionRun } from '../action-provider.ts';
import type { ExecutionArtifact } from '../execution.ts';
import { gitVariables } from './git-variables.ts';
import { runCommand } from './run-command.ts';
import type { RunningStub, Stub, SucceedingStub } from './stub.ts';
import { archiveOf } from './stub-archive.ts';

/** What stubs read and write artifacts with. */
export interface StubParts {
  readonly kernel: Kernel;
  readonly objects: ObjectPort;
}

/** An archive without entries, as every zip reader takes it: nothing but the end of a directory. */
const EMPTY_ARCHIVE = Buffer.concat([Buffer.from('PK\x05\x06', 'latin1'), Buffer.alloc(18)]);

/** Makes the provider that a stub describes. A stub stands outside of the account, so no role is asked. */
export function stubProvider(parts: StubParts, stub: Stub): ActionProvider {
  return async (run) => {
    if ('fail' in stub) return { status: 'Failed', code: 'JobFailed', message: stub.fail };
    return 'run' in stub ? commanded(parts, stub, run) : succeeded(parts, stub, run);
  };
}

async function succeeded(parts: StubParts, { succeed }: SucceedingStub, run: ActionRun): Promise<ActionResult> {
  const [input] = run.inputArtifacts;
  let archive: Buffer = EMPTY_ARCHIVE;
  if (run.outputArtifacts.length > 0) {
    if (succeed.folder !== undefined) archive = await archiveOf(parts.kernel, run, succeed.folder);
    else if (input !== undefined) archive = await read(parts, input);
  }
  write(parts, run, archive);
  return result(parts, run, archive, succeed.variables ?? {});
}

async function commanded(parts: StubParts, { run: command }: RunningStub, run: ActionRun): Promise<ActionResult> {
  const inputs = await Promise.all(
    run.inputArtifacts.map(async (artifact) => ({ name: artifact.name, archive: await read(parts, artifact) })),
  );
  const ended = await runCommand(parts.kernel, { command, run, inputs });
  if (ended.problem !== undefined) return { status: 'Failed', code: 'JobFailed', message: ended.problem };
  write(parts, run, ended.archive);
  return result(parts, run, ended.archive, ended.variables);
}

/** A source has a revision, and the variables that its provider would give. */
function result(
  { kernel }: StubParts,
  run: ActionRun,
  archive: Buffer,
  variables: Readonly<Record<string, string>>,
): ActionResult {
  if (run.actionExecution.action.actionTypeId.category !== 'Source') {
    return { status: 'Succeeded', outputVariables: variables };
  }
  const sha1 = createHash('sha1').update(archive).digest('hex');
  const outputVariables = { ...gitVariables(run, sha1, kernel.clock.now()), ...variables };
  const { CommitId: revisionId = sha1, CommitMessage: revisionSummary } = outputVariables;
  return {
    status: 'Succeeded',
    outputVariables,
    revision: {
      revisionId,
      created: kernel.clock.now(),
      ...(revisionSummary === undefined ? {} : { revisionSummary }),
    },
  };
}

function write({ kernel, objects }: StubParts, run: ActionRun, archive: Buffer): void {
  for (const { bucket, key, encryptionKey } of run.outputArtifacts) {
    const kmsKeyId =
      encryptionKey?.id ?? `arn:${kernel.partition}:kms:${kernel.region}:${kernel.accountId}:alias/aws/s3`;
    objects.put(outsider(kernel), bucket, key, archive, { contentType: 'application/zip', kmsKeyId });
  }
}

/** Any key that the local cloud has not handed out is the developer's own. */
const outsider = (kernel: Kernel) => kernel.identity.principalOf('AKIALOCALSTUB000000');

async function read({ kernel, objects }: StubParts, { bucket, key }: ExecutionArtifact): Promise<Buffer> {
  return readFile(objects.get(outsider(kernel), bucket, key).file);
}
