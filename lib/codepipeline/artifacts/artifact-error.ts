export { ArtifactError } from '../../core/artifact-error.ts';
