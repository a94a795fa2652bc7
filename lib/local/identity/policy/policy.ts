import { AwsError } from '../../kernel/aws-error.ts';
import type { PolicyDocument } from '../../kernel/kernel.ts';
import { type Condition, compileCondition } from './condition.ts';
import { compileGlob, type Glob } from './glob.ts';

/** A list of patterns of which one must match, or with `not` none may. */
export interface Selector {
  readonly not: boolean;
  readonly globs: readonly Glob[];
}

/** Whom a statement of a resource policy names, by kind: `AWS`, `Service`, `Federated`, `CanonicalUser`. */
export interface PrincipalSelector {
  readonly not: boolean;
  readonly named: readonly { readonly kind: string; readonly name: string }[];
}

/** One statement of a policy, compiled. */
export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: Selector;
  /** Absent in trust policies, which stand on their resource. */
  readonly resources: Selector | undefined;
  /** Absent in identity-based policies. */
  readonly principals: PrincipalSelector | undefined;
  readonly conditions: readonly Condition[];
}

/** The statements of one policy document. */
export type Policy = readonly Statement[];

type Fields = Readonly<Record<string, unknown>>;

/** Policy variables exist since this version of the language. */
const VERSION_WITH_VARIABLES = '2012-10-17';

/** Compiles a policy document. @throws AwsError MalformedPolicyDocument that says which statement is wrong, and how. */
export function compilePolicy(document: PolicyDocument): Policy {
  if (typeof document !== 'object' || document === null) throw malformed('a policy must be a JSON object');
  const { Statement } = document;
  const list = Array.isArray(Statement) ? Statement : [Statement];
  const variables = document.Version === VERSION_WITH_VARIABLES;
  return list.map((statement: unknown, index) => compileStatement(statement, variables, `statement ${index + 1}`));
}

function compileStatement(value: unknown, variables: boolean, where: string): Statement {
  if (typeof value !== 'object' || value === null) throw malformed(`${where} must be a JSON object`);
  const fields = value as Fields;
  const effect = fields.Effect;
  if (effect !== 'Allow' && effect !== 'Deny') {
    throw malformed(`${where} must have Effect Allow or Deny, but has ${JSON.stringify(effect)}`);
  }
  const actions = selector(fields, 'Action', { variables: false, ignoreCase: true }, where);
  if (actions === undefined) throw malformed(`${where} has neither Action nor NotAction`);
  return {
    effect,
    actions,
    resources: selector(fields, 'Resource', { variables }, where),
    principals: principals(fields, where),
    conditions: conditions(fields.Condition, variables, where),
  };
}

function selector(
  fields: Fields,
  name: 'Action' | 'Resource',
  options: { variables: boolean; ignoreCase?: boolean },
  where: string,
): Selector | undefined {
  const not = fields[name] === undefined;
  const value = fields[not ? `Not${name}` : name];
  if (value === undefined) return undefined;
  return { not, globs: texts(value, `${name} of ${where}`).map((text) => compileGlob(text, options)) };
}

function principals(fields: Fields, where: string): PrincipalSelector | undefined {
  const not = fields.Principal === undefined;
  const value = not ? fields.NotPrincipal : fields.Principal;
  if (value === undefined) return undefined;
  if (value === '*') return { not, named: [{ kind: 'AWS', name: '*' }] };
  if (typeof value !== 'object' || value === null) {
    throw malformed(`Principal of ${where} must be "*" or an object such as {"Service": "..."}`);
  }
  const named = Object.entries(value).flatMap(([kind, names]) =>
    texts(names, `Principal of ${where}`).map((name) => ({ kind, name })),
  );
  return { not, named };
}

function conditions(value: unknown, variables: boolean, where: string): readonly Condition[] {
  if (value === undefined || value === null) return [];
  if (typeof value !== 'object') throw malformed(`Condition of ${where} must be an object of operators`);
  return Object.entries(value).flatMap(([operator, keys]) => {
    if (typeof keys !== 'object' || keys === null) {
      throw malformed(`Condition ${operator} of ${where} must be an object of keys`);
    }
    return Object.entries(keys).map(([key, wanted]) =>
      compileCondition(operator, key, texts(wanted, `Condition ${operator} of ${where}`), variables),
    );
  });
}

function texts(value: unknown, where: string): readonly string[] {
  return (Array.isArray(value) ? value : [value]).map((item: unknown) => {
    if (typeof item === 'string' || typeof item === 'boolean' || typeof item === 'number') return String(item);
    throw malformed(`${where} must hold text, but holds ${JSON.stringify(item)}`);
  });
}

function malformed(message: string): AwsError {
  return new AwsError('MalformedPolicyDocument', message);
}
