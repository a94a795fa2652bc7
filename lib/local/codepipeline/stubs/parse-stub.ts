import { checkStub } from './check-stub.ts';
import { type Stub, StubSpecError } from './stub.ts';

/** How stubs are written, for help and messages. */
export const STUB_FORMS = [
  'ACTION=succeed[:KEY=VALUE,…]     succeeds, with output variables',
  'ACTION=folder:DIR[,KEY=VALUE,…]  succeeds, with output artifacts made of a folder',
  'ACTION=fail[:REASON]             fails',
  'ACTION=run:COMMAND               runs a command in the folder of the input artifact',
] as const;

const VARIABLE = /^([A-Za-z0-9@\-_]+)=(.*)$/s;

/** Reads a stub in its text form, such as `Build/Compile=succeed:Version=1`. @throws StubSpecError */
export function parseStub(text: string): Stub {
  const refuse = (why: string): never => {
    throw new StubSpecError(
      `stub "${text}" cannot be read: ${why}; write ACTION=succeed, ACTION=folder:DIR, ACTION=fail:REASON or ACTION=run:COMMAND`,
    );
  };
  const equals = text.indexOf('=');
  if (equals === -1) return refuse('it has no "="');
  const action = text.slice(0, equals).trim();
  const outcome = text.slice(equals + 1);
  const colon = outcome.indexOf(':');
  const kind = (colon === -1 ? outcome : outcome.slice(0, colon)).trim();
  const rest = colon === -1 ? undefined : outcome.slice(colon + 1);
  switch (kind) {
    case 'succeed':
      return checkStub({ action, succeed: rest === undefined ? {} : { variables: readVariables(rest, refuse) } });
    case 'folder': {
      // A folder's name may hold a comma; a variable begins with its key.
      const [folder = '', ...variables] = (rest ?? '').split(/,(?=[A-Za-z0-9@\-_]+=)/);
      if (folder === '') return refuse('it names no folder');
      return checkStub({ action, succeed: { folder, variables: readVariables(variables.join(','), refuse) } });
    }
    case 'fail':
      return checkStub({ action, fail: rest ?? 'the stub of this action fails it' });
    case 'run':
      return rest === undefined || rest.trim() === ''
        ? refuse('it names no command')
        : checkStub({ action, run: rest });
    default:
      return refuse(`"${kind}" is none of succeed, folder, fail and run`);
  }
}

/** `KEY=VALUE,KEY=VALUE`; a comma that no key follows is part of a value. */
function readVariables(text: string, refuse: (why: string) => never): Readonly<Record<string, string>> {
  if (text === '') return {};
  const pairs = text.split(/,(?=[A-Za-z0-9@\-_]+=)/).map((pair) => {
    const [, key = '', value = ''] = VARIABLE.exec(pair) ?? refuse(`"${pair}" is not KEY=VALUE`);
    return [key, value] as const;
  });
  return Object.fromEntries(pairs);
}
