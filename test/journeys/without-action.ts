import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Takes an action out of every policy statement of the gate's function in the synthesized example app.
 *
 * @returns how many statements had it
 */
export function withoutAction(assembly: string, action: string): number {
  const file = path.join(assembly, 'RingbackPipeline.template.json');
  const template = JSON.parse(readFileSync(file, 'utf8'));
  let taken = 0;
  for (const [logicalId, { Type, Properties }] of Object.entries<{ Type: string; Properties: unknown }>(
    template.Resources,
  )) {
    if (Type !== 'AWS::IAM::Policy' || !logicalId.startsWith('Gate')) continue;
    const { PolicyDocument } = Properties as { PolicyDocument: { Statement: { Action: string | string[] }[] } };
    for (const statement of PolicyDocument.Statement) {
      const actions = [statement.Action].flat();
      if (!actions.includes(action)) continue;
      taken++;
      statement.Action = actions.filter((other) => other !== action);
    }
  }
  writeFileSync(file, JSON.stringify(template));
  return taken;
}
