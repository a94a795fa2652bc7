import type { ExtractedFiles, ExtractOptions } from '../../archive/index.ts';
import type { ArtifactAccess } from './artifact-access.ts';
import type { ArtifactLocation } from './artifact-location.ts';

/** The artifact of a product's version. Nothing of it is fetched before it is asked for. */
export interface ProvisioningArtifact {
  readonly bucket: string;
  readonly key: string;
  /**
   * Unpacks it into a folder, which is made where it is missing: a zip, tar or tar.gz archive, told by its content.
   * Every path, link and limit is checked before the first file is written.
   *
   * @throws ArtifactError when it is none of these, is damaged, unsafe, too large, or may not be read
   * @throws PermissionError when the launch role cannot be assumed
   * @throws InvalidOptionError
   */
  extractTo(dir: string, options?: ExtractOptions): Promise<ExtractedFiles>;
  /**
   * The file as it is.
   *
   * @param maxBytes - the largest that is read into memory; 16 MiB where absent
   * @throws ArtifactError, PermissionError
   */
  bytes(maxBytes?: number): Promise<Buffer>;
}

/** Gives access to an artifact; the code that reads is loaded when it is first needed. */
export function createArtifact(location: ArtifactLocation, access: ArtifactAccess): ProvisioningArtifact {
  const load = () => import('./read-artifact.ts');
  return {
    ...location,
    extractTo: async (dir, options) => (await load()).extractArtifact(location, access, dir, options),
    bytes: async (maxBytes) => (await load()).readArtifact(location, access, maxBytes),
  };
}
