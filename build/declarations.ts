/** One declaration of a module of types. */
export interface Declaration {
  readonly isExported: boolean;
  /** Without comments, ending with a line break. */
  readonly text: string;
}

/** What the compiler wrote of one module. */
export interface ModuleOfTypes {
  readonly declared: ReadonlyMap<string, Declaration>;
  /** From modules of this package. */
  readonly imports: readonly { readonly local: string; readonly name: string; readonly from: string }[];
  readonly reexports: readonly { readonly exported: string; readonly name: string; readonly from: string }[];
}

/** Where a statement begins that stands for itself: the compiler indents all that belongs to another. */
const BEGINNING = /^(?=(?:export|import|declare|type|interface|class|const|function)\b)/m;
const DECLARATION =
  /^(export )?(?:declare )?(?:abstract )?(?:function|class|interface|type|const|let) ([A-Za-z_$][\w$]*)/;

/** Reads what the TypeScript compiler writes as `.d.ts`. It is no parser of TypeScript: files written by hand differ. */
export function declarationsOf(source: string): ModuleOfTypes {
  const statements = withoutComments(source).split(BEGINNING);
  const declared = new Map<string, Declaration>();
  const imports: { local: string; name: string; from: string }[] = [];
  const reexports: { exported: string; name: string; from: string }[] = [];
  for (const statement of statements) {
    const [, list, from] = /^(?:import|export)(?: type)? \{([^}]*)\} from '(\.[^']*)'/.exec(statement) ?? [];
    const [, exported, name] = DECLARATION.exec(statement) ?? [];
    if (list !== undefined && from !== undefined) {
      for (const [theirs, ours] of namesIn(list)) {
        if (statement.startsWith('import')) imports.push({ local: ours, name: theirs, from });
        else reexports.push({ exported: ours, name: theirs, from });
      }
    } else if (name !== undefined) {
      // An overload is one more statement of the same name.
      const text = `${declared.get(name)?.text ?? ''}${statement.trim()}\n`;
      declared.set(name, { isExported: exported !== undefined, text });
    } else if (/^export \*|^export default/.test(statement)) {
      throw new Error(`the API report knows nothing of: ${statement}`);
    }
  }
  return { declared, imports, reexports };
}

/** `a, type b as c` as pairs of the name there and the name here. */
function namesIn(list: string): readonly (readonly [string, string])[] {
  const parts = list.split(',').map((part) => part.trim().replace(/^type /, ''));
  return parts
    .filter((part) => part !== '')
    .map((part) => {
      const [theirs = '', ours = theirs] = part.split(' as ');
      return [theirs, ours] as const;
    });
}

/** Comments stand on lines of their own, as the compiler writes them; texts in quotation marks are kept. */
function withoutComments(source: string): string {
  return source.replaceAll(/^\s*\/\*[\s\S]*?\*\/\n?|^\s*\/\/.*\n?/gm, '');
}
