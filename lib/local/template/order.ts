import { AssemblyError } from './assembly-error.ts';

/**
 * Orders names so that each comes after all that it depends on; otherwise the given order is kept.
 *
 * @param what What the names are, for the message, such as `resources of stack A`.
 * @throws AssemblyError `DependencyCycle`, naming the way round.
 */
export function orderByDependency(
  names: readonly string[],
  dependenciesOf: (name: string) => readonly string[],
  what: string,
): string[] {
  const ordered: string[] = [];
  const done = new Set<string>();
  const way: string[] = [];

  function visit(name: string): void {
    if (done.has(name)) return;
    const start = way.indexOf(name);
    if (start !== -1) {
      const circle = [...way.slice(start), name].join(' -> ');
      throw new AssemblyError('DependencyCycle', `${what} depend on each other: ${circle}: break the circle`);
    }
    way.push(name);
    for (const dependency of dependenciesOf(name)) visit(dependency);
    way.pop();
    done.add(name);
    ordered.push(name);
  }

  for (const name of names) visit(name);
  return ordered;
}
