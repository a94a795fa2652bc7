import { AwsError } from '../kernel/aws-error.ts';
import type { ExecutionArtifact } from './execution.ts';
import type { ActionDeclaration, ArtifactStore, PipelineDeclaration } from './pipeline.ts';

const PIPELINE_CHARACTERS = 20;
const ARTIFACT_CHARACTERS = 10;
const RANDOM_CHARACTERS = 7;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/**
 * The key of a new artifact: the pipeline's name and the artifact's, cut to 20 and 10 characters, and a random part.
 *
 * @example `MyFirstPipeline/SourceArti/EGcPl6D`
 */
export function artifactKey(pipelineName: string, artifactName: string, random: () => number): string {
  const letters = Array.from({ length: RANDOM_CHARACTERS }, () => ALPHABET[Math.floor(random() * ALPHABET.length)]);
  const parts = [pipelineName.slice(0, PIPELINE_CHARACTERS), artifactName.slice(0, ARTIFACT_CHARACTERS)];
  return [...parts, letters.join('')].join('/');
}

/** The artifact store of an action: its Region's, or the only one. @throws AwsError when its Region has none. */
export function artifactStoreOf(
  pipeline: PipelineDeclaration,
  action: ActionDeclaration,
  region: string,
): ArtifactStore {
  const store = pipeline.artifactStore ?? pipeline.artifactStores?.[action.region ?? region];
  if (store !== undefined) return store;
  throw new AwsError(
    'ConfigurationError',
    `pipeline ${pipeline.name} has no artifact store for region ${action.region ?? region}: add one to ArtifactStores`,
  );
}

/** The artifacts that a run of an action is to make, at fresh keys. */
export function newOutputArtifacts(
  pipeline: PipelineDeclaration,
  action: ActionDeclaration,
  source: { readonly region: string; random(): number },
): readonly ExecutionArtifact[] {
  if (action.outputArtifacts.length === 0) return [];
  const store = artifactStoreOf(pipeline, action, source.region);
  return action.outputArtifacts.map(({ name }) => ({
    name,
    bucket: store.location,
    key: artifactKey(pipeline.name, name, () => source.random()),
    ...(store.encryptionKey === undefined ? {} : { encryptionKey: store.encryptionKey }),
  }));
}
