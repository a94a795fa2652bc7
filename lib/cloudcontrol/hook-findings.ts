import { xmlMembers, xmlText } from '../aws/index.ts';
import type { CloudControlClient } from './cloudcontrol-client.ts';
import type { HookProgress } from './hook-progress.ts';

/** No more of one text are taken: four hooks have to fit the 5,000 characters that CodePipeline shows. */
const LONGEST_TEXT = 400;
const MOST_FINDINGS = 5;

/**
 * What hooks that refused found, and how it is mended: their annotations, by ListHookResults and GetHookResult. A hook
 * whose results cannot be read is told with its message alone, and why.
 *
 * Permissions: cloudformation:ListHookResults and cloudformation:GetHookResult on `*`.
 *
 * @param refused - their messages without secrets
 * @param withhold - takes secrets out of a text; before it is shortened, so that no half of one is left
 */
export async function hookFindings(
  client: CloudControlClient,
  hooksRequestToken: string | undefined,
  refused: readonly HookProgress[],
  withhold: (text: string) => string,
): Promise<readonly string[]> {
  let results: readonly { readonly typeName: string | undefined; readonly id: string | undefined }[] = [];
  let unread = '';
  try {
    if (hooksRequestToken !== undefined) {
      const input = { TargetType: 'CLOUD_CONTROL', TargetId: hooksRequestToken };
      const answer = await client.cloudFormation('ListHookResults', input);
      results = xmlMembers(answer, 'HookResults').map((member) => ({
        typeName: xmlText(member, 'TypeName'),
        id: xmlText(member, 'HookResultId'),
      }));
    }
    return await Promise.all(
      refused.map(async (hook) => {
        const id = results.find(({ typeName }) => typeName === hook.typeName)?.id;
        if (id === undefined) return describe(hook, []);
        return describe(
          hook,
          annotationsOf(await client.cloudFormation('GetHookResult', { HookResultId: id }), withhold),
        );
      }),
    );
  } catch (error) {
    unread = ` (its findings cannot be read: ${(error as Error).message})`;
  }
  return refused.map((hook) => describe(hook, []) + unread);
}

function describe({ typeName, message }: HookProgress, findings: readonly string[]): string {
  const said = `the hook ${typeName} refused it: ${shortened(message ?? 'it gave no message')}`;
  return findings.length === 0 ? said : `${said} [${findings.join('; ')}]`;
}

function annotationsOf(answer: string, withhold: (text: string) => string): readonly string[] {
  const failed = xmlMembers(answer, 'Annotations').filter((member) => xmlText(member, 'Status') === 'FAILED');
  const told = failed.slice(0, MOST_FINDINGS).map((member) => {
    const part = (name: string, before: string) => {
      const text = xmlText(member, name);
      return text ? `${before}${shortened(withhold(text))}` : '';
    };
    const link = part('RemediationLink', ', see ');
    return `${xmlText(member, 'AnnotationName') ?? 'finding'}${part('StatusMessage', ': ')}${part('RemediationMessage', '; remedy: ')}${link}`;
  });
  return failed.length > MOST_FINDINGS ? [...told, `and ${failed.length - MOST_FINDINGS} more`] : told;
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > LONGEST_TEXT ? `${line.slice(0, LONGEST_TEXT - 1)}…` : line;
}
