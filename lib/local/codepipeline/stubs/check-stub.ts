import { statSync } from 'node:fs';
import { type Stub, StubSpecError } from './stub.ts';

const SEGMENT = /^[A-Za-z0-9.@\-_*]+$/;
/** What a name of an output variable may be. */
export const VARIABLE_NAME = /^[A-Za-z0-9@\-_]+$/;

/** What an outcome may be, as a caller without types may give it; the text continues "its member X". */
const OUTCOMES: Readonly<Record<string, (value: unknown, action: string) => string | undefined>> = {
  succeed: succeedProblem,
  fail: (value) => (typeof value === 'string' ? undefined : 'must be the reason, as text'),
  run: (value) => (typeof value === 'string' && value.trim() !== '' ? undefined : 'must be a command, as text'),
};

/** Checks a stub given as an object. @throws StubSpecError */
export function checkStub(stub: Stub): Stub {
  const given: unknown = stub;
  if (!isRecord(given)) throw new StubSpecError(`a stub must be text or an object, but is ${describe(given)}`);
  const { action, ...members } = given;
  const segments = typeof action === 'string' ? action.split('/') : [];
  if (segments.length === 0 || segments.length > 3 || !segments.every((segment) => SEGMENT.test(segment))) {
    throw new StubSpecError(
      `a stub selects ACTION, STAGE/ACTION, PIPELINE/STAGE/ACTION, or PROVIDER, CATEGORY/PROVIDER, OWNER/CATEGORY/PROVIDER, but ${describe(action)} is none of these`,
    );
  }
  const names = Object.keys(members).filter((name) => members[name] !== undefined);
  const [outcome = ''] = names;
  const check = Object.hasOwn(OUTCOMES, outcome) ? OUTCOMES[outcome] : undefined;
  if (names.length !== 1 || check === undefined) {
    throw new StubSpecError(
      `the stub of ${action} must have one of succeed, fail and run, but has ${names.join(', ') || 'none'}`,
    );
  }
  const problem = check(members[outcome], String(action));
  if (problem !== undefined) throw new StubSpecError(`the stub of ${action}: its member ${outcome} ${problem}`);
  return stub;
}

function succeedProblem(value: unknown): string | undefined {
  if (!isRecord(value)) return `must be an object, but is ${describe(value)}`;
  const unknown = Object.keys(value).find((name) => name !== 'variables' && name !== 'folder');
  if (unknown !== undefined) return `has ${describe(unknown)}; it takes variables and folder`;
  const { variables = {}, folder } = value;
  if (folder !== undefined) {
    if (typeof folder !== 'string') return `takes a folder as text, but has ${describe(folder)}`;
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
      return `takes the folder ${folder}, but there is no such folder`;
    }
  }
  if (!isRecord(variables)) return `takes variables as an object, but has ${describe(variables)}`;
  for (const [name, text] of Object.entries(variables)) {
    if (!VARIABLE_NAME.test(name)) return `has the variable ${describe(name)}; names have letters, digits, @, - and _`;
    if (typeof text !== 'string') return `has ${describe(text)} for the variable ${name}, which must be text`;
  }
  return undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function describe(value: unknown): string {
  return typeof value === 'string' || typeof value === 'object' ? JSON.stringify(value) : String(value);
}
