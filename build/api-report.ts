import { readFileSync } from 'node:fs';
import path from 'node:path';
import { declarationsOf } from './declarations.ts';
import type { Manifest } from './manifest.ts';

/**
 * What each entry of the package exports: names with their declarations, and below them the declarations that these
 * speak of without exporting them. Comments are left out, so that it changes when the API does.
 *
 * @param types - the folder with the built types, as `dist`
 * @returns a text for each entry, by a file name
 */
export function apiReports(types: string, { exports }: Manifest): Readonly<Record<string, string>> {
  const reports = Object.entries(exports).flatMap(([entry, target]) => {
    if (typeof target === 'string') return [];
    const file = path.join(types, path.relative('dist', target.import.types));
    return [[`${path.basename(entry) === '.' ? 'ringback' : path.basename(entry)}.d.txt`, reportOf(file)] as const];
  });
  return Object.fromEntries(reports);
}

function reportOf(file: string): string {
  const exported = exportsOf(file);
  const shown = new Set<string>();
  const named = [...exported]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, place]) => {
      shown.add(keyOf(place));
      const text = textOf(place);
      return place.name === name ? text : `// exported as ${name}\n${text}`;
    });
  const unnamed: string[] = [];
  const waiting = [...exported.values()];
  for (const place of waiting) {
    for (const mentioned of mentionedBy(place)) {
      if (shown.has(keyOf(mentioned))) continue;
      shown.add(keyOf(mentioned));
      unnamed.push(textOf(mentioned));
      waiting.push(mentioned);
    }
  }
  const rest = unnamed.length === 0 ? '' : `\n// Not exported, but spoken of\n\n${unnamed.sort().join('\n')}`;
  return `${named.join('\n')}${rest}`;
}

/** A declaration's place: its file, and its name there. */
interface Place {
  readonly file: string;
  readonly name: string;
}

const keyOf = ({ file, name }: Place) => `${file}#${name}`;

/** What a module exports, by the exported name, followed to where it is declared. */
function exportsOf(file: string): ReadonlyMap<string, Place> {
  const { reexports, declared } = moduleAt(file);
  const found = new Map<string, Place>();
  for (const [name, { isExported }] of declared) if (isExported) found.set(name, { file, name });
  for (const { exported, name, from } of reexports) {
    const place = exportsOf(beside(file, from)).get(name);
    if (place === undefined) throw new Error(`${file} exports ${name} of ${from}, which has none`);
    found.set(exported, place);
  }
  return found;
}

function textOf({ file, name }: Place): string {
  return moduleAt(file).declared.get(name)?.text ?? '';
}

/** The declarations of ours that one speaks of. */
function mentionedBy(place: Place): readonly Place[] {
  const { declared, imports } = moduleAt(place.file);
  const words = new Set(textOf(place).match(/[A-Za-z_$][\w$]*/g));
  const own = [...declared.keys()].filter((name) => words.has(name)).map((name) => ({ file: place.file, name }));
  const others = imports.flatMap(({ local, name, from }) => {
    const found = words.has(local) ? exportsOf(beside(place.file, from)).get(name) : undefined;
    return found === undefined ? [] : [found];
  });
  return [...own, ...others];
}

const modules = new Map<string, ReturnType<typeof declarationsOf>>();

function moduleAt(file: string) {
  const known = modules.get(file) ?? declarationsOf(readFileSync(file, 'utf8'));
  modules.set(file, known);
  return known;
}

function beside(file: string, from: string): string {
  return path.join(path.dirname(file), from.replace(/\.[jt]s$/, '.d.ts'));
}
