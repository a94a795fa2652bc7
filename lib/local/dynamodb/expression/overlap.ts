import type { DocumentPath } from './grammar.ts';
import { showPath } from './parse-operand.ts';
import { ExpressionError } from './token.ts';

/** Refuses paths of which one lies on another, or reads as a list what another reads as a map. @throws ExpressionError */
export function refuseOverlaps(paths: readonly DocumentPath[]): void {
  // Most requests name few paths; those that name many are compared where they begin alike only.
  const byAttribute = new Map<string | number | undefined, DocumentPath[]>();
  for (const path of paths) {
    const alike = byAttribute.get(path[0]) ?? [];
    for (const earlier of alike) refuseOverlap(earlier, path);
    byAttribute.set(path[0], [...alike, path]);
  }
}

function refuseOverlap(earlier: DocumentPath, later: DocumentPath): void {
  const shared = Math.min(earlier.length, later.length);
  for (let index = 0; index < shared; index++) {
    if (earlier[index] === later[index]) continue;
    if (typeof earlier[index] === typeof later[index]) return;
    throw collision('conflict', earlier, later);
  }
  throw collision('overlap', earlier, later);
}

function collision(verb: string, earlier: DocumentPath, later: DocumentPath): ExpressionError {
  return new ExpressionError(
    `Two document paths ${verb} with each other; must remove or rewrite one of these paths; path one: ${showPath(earlier)}, path two: ${showPath(later)}`,
  );
}
