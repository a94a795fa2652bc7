import type { ArchiveFailures } from './archive-failures.ts';
import type { Catalog } from './catalog.ts';
import type { ExtractedFiles, ExtractOptions } from './extract-options.ts';
import { type ExtractionPlan, planExtraction } from './extraction-plan.ts';
import { createExtractionTarget } from './extraction-target.ts';
import { placeLinks } from './place-links.ts';

/**
 * Unpacks an archive into a folder, which is made where it is missing. Everything is surveyed first: an archive that is
 * refused for its list of entries, or for what lies in the folder already, writes nothing.
 *
 * @throws an error of `failures`; when a content is damaged, the folder may hold a part of the files, each of them whole
 */
export async function extractArchive(
  dir: string,
  catalog: Catalog,
  failures: ArchiveFailures,
  signal: AbortSignal,
  options: ExtractOptions = {},
): Promise<ExtractedFiles> {
  const plan = await planExtraction(catalog, dir, failures, signal, options).catch((error: unknown) => {
    throw failures.from(error);
  });
  const target = await createExtractionTarget(dir, failures, signal);
  for (const folder of plan.folders) await target.checkPlace(folder, 'folder');
  for (const file of filesOf(plan)) await target.checkPlace(file, 'file');
  for (const folder of plan.folders) await target.makeFolder(folder);
  await catalog.contents(plan.files, async (entry, content) => {
    const first = plan.files.get(entry) ?? entry.path;
    await target.writeFile(first, content, entry.isExecutable);
    for (const other of plan.hardLinks.get(first) ?? []) await target.makeHardLink(other, first);
  });
  await placeLinks(target, plan.links);
  return plan.extracted;
}

/** The paths of all that is no folder. */
function* filesOf({ files, hardLinks, links }: ExtractionPlan): Generator<string> {
  yield* files.values();
  for (const others of hardLinks.values()) yield* others;
  for (const { path } of links) yield path;
}
