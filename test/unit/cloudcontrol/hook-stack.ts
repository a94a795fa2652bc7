import { hookTemplate } from '../../../infra/scenarios/scenario-hook.ts';
import { assemblyFolder } from '../local/template/assembly-folder.ts';

/** What a hook answers, and what becomes of its refusal. */
export interface HookStackOptions {
  readonly answer: object;
  readonly failureMode?: 'FAIL' | 'WARN';
}

/** An assembly with a hook on log groups that always gives the same answer. */
export function hookAssembly({ answer, failureMode = 'FAIL' }: HookStackOptions): string {
  const code = `exports.handler = async (event) => ({ clientRequestToken: event.clientRequestToken, ...${JSON.stringify(answer)} });`;
  return assemblyFolder({ Rules: hookTemplate({ alias: 'Shop::Rules::Hook', failureMode, code }) });
}
