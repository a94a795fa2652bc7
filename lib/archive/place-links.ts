import type { ExtractionTarget } from './extraction-target.ts';

/** A symbolic link that an archive asks for. */
export interface PlannedLink {
  readonly path: string;
  readonly to: string;
}

/**
 * Makes the links of an archive; when one leads out of the folder or to nothing, none stays. Call it last, so that no
 * file of the archive is ever written through one of them.
 */
export async function placeLinks(target: ExtractionTarget, links: readonly PlannedLink[]): Promise<void> {
  const made: string[] = [];
  try {
    for (const { path, to } of links) {
      await target.makeLink(path, to);
      made.push(path);
    }
    for (const path of made) await target.checkLink(path);
  } catch (error) {
    for (const path of made) await target.removeLink(path);
    throw error;
  }
}
