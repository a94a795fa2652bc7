import type { ArtifactAccess, InputArtifact, OutputArtifact } from './artifacts/index.ts';
import type { ArtifactLocation } from './job-data.ts';

export type { InputArtifact, OutputArtifact } from './artifacts/index.ts';

const load = () => import('./artifacts/index.ts');

/** An input artifact whose code is loaded when it is first read. */
export function lazyInputArtifact(location: ArtifactLocation, access: ArtifactAccess): InputArtifact {
  let artifact: Promise<InputArtifact> | undefined;
  const get = () => {
    artifact ??= load().then(({ createInputArtifact }) =>
      createInputArtifact({ ...location, revision: location.revision }, access),
    );
    return artifact;
  };
  return {
    name: location.name,
    revision: location.revision,
    bucket: location.bucket,
    key: location.key,
    stream: async () => (await get()).stream(),
    async *entries() {
      yield* (await get()).entries();
    },
    text: async (path, options) => (await get()).text(path, options),
    json: async (path, options) => (await get()).json(path, options),
    bytes: async (path, options) => (await get()).bytes(path, options),
    extractTo: async (dir, options) => (await get()).extractTo(dir, options),
  };
}

/** An output artifact whose code is loaded when it is first written. */
export function lazyOutputArtifact(location: ArtifactLocation, access: ArtifactAccess): OutputArtifact {
  let artifact: Promise<OutputArtifact> | undefined;
  const get = () => {
    artifact ??= load().then(({ createOutputArtifact }) => createOutputArtifact(location, access));
    return artifact;
  };
  return {
    name: location.name,
    bucket: location.bucket,
    key: location.key,
    writeFiles: async (files) => (await get()).writeFiles(files),
    writeFolder: async (dir, options) => (await get()).writeFolder(dir, options),
    writeStream: async (stream, options) => (await get()).writeStream(stream, options),
  };
}
