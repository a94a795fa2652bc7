import type { AwsError } from '../../kernel/aws-error.ts';
import type { PolicyDocument } from '../../kernel/kernel.ts';
import { isConditionOperator } from './condition.ts';

/** Where a policy is put: in a role or session, as the trust policy of a role, or on a resource. */
export type PolicyUse = 'identity' | 'trust' | 'resource';

/** Makes the error of the service that refuses a policy. */
export type RefusePolicy = (reason: string) => AwsError;

type Fields = Readonly<Record<string, unknown>>;

const POLICY_MEMBERS: readonly string[] = ['Version', 'Id', 'Statement'];
const STATEMENT_MEMBERS: readonly string[] = [
  'Sid',
  'Effect',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Principal',
  'NotPrincipal',
  'Condition',
];
const VERSIONS: readonly unknown[] = [undefined, '2008-10-17', '2012-10-17'];
const SYNTAX = 'Syntax errors in policy.';

/**
 * Reads a policy from JSON, and checks it as {@link checkPolicy} does.
 *
 * @throws AwsError that `refuse` makes
 */
export function readPolicy(text: string, use: PolicyUse, refuse: RefusePolicy): PolicyDocument {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw refuse('This policy contains invalid Json');
  }
  return checkPolicy(document, use, refuse);
}

/**
 * Checks a policy where it is put, by the grammar of the policy language and what the place asks for: a policy that
 * cannot be evaluated would lock everybody out of what it stands on.
 *
 * @throws AwsError that `refuse` makes
 */
export function checkPolicy(document: unknown, use: PolicyUse, refuse: RefusePolicy): PolicyDocument {
  if (!isRecord(document)) throw refuse(SYNTAX);
  const told = (reason: string) => (use === 'identity' ? SYNTAX : reason);
  if (document.Statement === undefined) throw refuse(told('Missing required field Statement'));
  const stray = Object.keys(document).find((name) => !POLICY_MEMBERS.includes(name));
  if (stray !== undefined) throw refuse(told(`Unknown field ${stray}`));
  if (!VERSIONS.includes(document.Version)) throw refuse(SYNTAX);
  if (document.Id !== undefined && typeof document.Id !== 'string') throw refuse(SYNTAX);
  const statements: readonly unknown[] = [document.Statement].flat();
  if (statements.length === 0) throw refuse(SYNTAX);
  for (const statement of statements) {
    if (!isRecord(statement)) throw refuse(SYNTAX);
    const structure = structureProblem(statement);
    if (structure !== undefined) throw refuse(told(structure));
    const problem = statementProblem(statement, use);
    if (problem !== undefined) throw refuse(problem);
  }
  const ids = statements.flatMap((statement) => (statement as Fields).Sid ?? []).filter((id) => id !== '');
  if (new Set(ids).size < ids.length) throw refuse('Statement IDs (SID) in a single policy must be unique.');
  return { ...document, Statement: document.Statement };
}

/** What is wrong with the members of a statement; of a policy of its own IAM says no more than that it is. */
function structureProblem(statement: Fields): string | undefined {
  const stray = Object.keys(statement).find((name) => !STATEMENT_MEMBERS.includes(name));
  if (stray !== undefined) return `Unknown field ${stray}`;
  if (statement.Effect === undefined) return 'Missing required field Effect';
  if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny') return `Invalid effect: ${String(statement.Effect)}`;
  for (const name of ['Action', 'Resource', 'Principal']) {
    if (statement[name] !== undefined && statement[`Not${name}`] !== undefined) return SYNTAX;
  }
  return undefined;
}

function statementProblem(statement: Fields, use: PolicyUse): string | undefined {
  return (
    idProblem(statement.Sid, use) ??
    actionProblem(statement.Action ?? statement.NotAction, use) ??
    resourceProblem(statement.Resource ?? statement.NotResource, use) ??
    principalProblem(statement.Principal ?? statement.NotPrincipal, use) ??
    conditionProblem(statement.Condition)
  );
}

function idProblem(id: unknown, use: PolicyUse): string | undefined {
  if (id === undefined) return undefined;
  if (typeof id !== 'string') return SYNTAX;
  // Queues and functions name statements more freely than IAM does.
  if (use === 'resource' || /^[0-9A-Za-z]*$/.test(id)) return undefined;
  return 'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*';
}

function actionProblem(value: unknown, use: PolicyUse): string | undefined {
  const actions = textsOf(value);
  if (value === undefined || actions?.length === 0) return 'Policy statement must contain actions.';
  if (actions === undefined) return SYNTAX;
  if (use === 'trust') {
    const isOfSts = actions.every((action) => /^sts:/i.test(action));
    return isOfSts ? undefined : 'AssumeRole policy may only specify STS AssumeRole actions.';
  }
  const isVendored = actions.every((action) => action === '*' || /^[A-Za-z0-9*-]+:\S+$/.test(action));
  return isVendored ? undefined : 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.';
}

function resourceProblem(value: unknown, use: PolicyUse): string | undefined {
  if (use === 'trust') return value === undefined ? undefined : 'Has prohibited field Resource';
  const resources = textsOf(value);
  // A policy that stands on a resource means that resource where it names none.
  if (value === undefined && use === 'resource') return undefined;
  if (value === undefined || resources?.length === 0) return 'Policy statement must contain resources.';
  if (resources === undefined) return SYNTAX;
  const odd = resources.find((resource) => resource !== '*' && !/^arn:/.test(resource));
  return odd === undefined ? undefined : `Resource ${odd} must be in ARN format or "*".`;
}

function principalProblem(value: unknown, use: PolicyUse): string | undefined {
  if (use === 'identity') return value === undefined ? undefined : 'Policy document should not specify a principal.';
  if (value === undefined) return 'Missing required field Principal';
  if (value === '*') return undefined;
  if (!isRecord(value)) return 'Invalid principal in policy';
  if (Object.keys(value).length === 0) return 'Missing required field Principal cannot be empty!';
  for (const [kind, names] of Object.entries(value)) {
    const form = Object.hasOwn(PRINCIPALS, kind) ? PRINCIPALS[kind] : undefined;
    const texts = textsOf(names);
    if (form === undefined || texts === undefined || texts.length === 0) return 'Invalid principal in policy';
    const odd = texts.find((name) => !form.test(name));
    if (odd !== undefined) return `Invalid principal in policy: "${kind.toUpperCase()}":"${odd}"`;
  }
  return undefined;
}

/** How the principals of each kind are named; an id stands for a role or user that is gone. */
const PRINCIPALS: Readonly<Record<string, RegExp>> = {
  AWS: /^(?:\*|\d{12}|arn:[^:]+:(?:iam|sts)::[^:]*:.+|A[A-Z0-9]{15,})$/,
  Service: /^(?:\*|[a-z0-9.-]+\.(?:amazonaws\.com(?:\.cn)?|amazon\.com|aws\.internal))$/i,
  Federated: /./,
  CanonicalUser: /./,
};

function conditionProblem(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (!isRecord(value)) return SYNTAX;
  for (const [operator, keys] of Object.entries(value)) {
    if (!isConditionOperator(operator)) return `Invalid Condition type : ${operator}`;
    if (!isRecord(keys)) return SYNTAX;
    for (const [key, wanted] of Object.entries(keys)) {
      if (!key.includes(':')) return 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.';
      if (![wanted].flat().every((item) => ['string', 'number', 'boolean'].includes(typeof item))) return SYNTAX;
    }
  }
  return undefined;
}

/** A text or a list of texts, as a list; `undefined` when it is neither. */
function textsOf(value: unknown): readonly string[] | undefined {
  const list: readonly unknown[] = [value].flat();
  return list.every((item) => typeof item === 'string') ? (list as readonly string[]) : undefined;
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
