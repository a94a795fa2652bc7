import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exampleApp } from '../../infra/example-app.ts';
import prepareScenarios from '../../infra/scenarios/index.ts';
import { createLocalCloud } from '../../lib/local/index.ts';
import { runScenarios } from '../../lib/local/scenarios/run-scenarios.ts';

let assembly: string;

beforeAll(() => {
  assembly = mkdtempSync(path.join(tmpdir(), 'ringback-journey-'));
  exampleApp({ outdir: assembly }).synth();
});
afterAll(() => rmSync(assembly, { recursive: true, force: true }));

/** Takes an action out of every policy statement of the gate's function. */
function withoutAction(action: string): void {
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
  expect(taken).toBe(1);
  writeFileSync(file, JSON.stringify(template));
}

describe('a stack that lacks a permission', () => {
  it('fails in the local cloud, naming function, action and the statement to add; the last resort still answers', async () => {
    withoutAction('codepipeline:PutJobSuccessResult');
    const cloud = await createLocalCloud({ speed: 5_000 });
    const answeredBy: string[] = [];
    cloud.events.on('call', ({ operation, principal, status }) => {
      if (operation === 'PutJobSuccessResult' && status === 200) answeredBy.push(principal);
    });
    const set = await prepareScenarios(cloud);
    try {
      const deployment = await cloud.deploy({
        assembly,
        stacks: ['RingbackPipeline'],
        parameters: set.parameters ?? {},
      });
      const scenarios = set.scenarios.filter(({ name }) => name === 'pipeline-broken-artifact');
      const silent = { began: () => undefined, ended: () => undefined };
      const [result] = await runScenarios(scenarios, cloud, deployment, {
        listener: silent,
        signal: new AbortController().signal,
      });
      expect(result?.status).toBe('failed');
      expect(result?.problem).toMatch(
        /RingbackPipeline-Gate\S* may not codepipeline:PutJobSuccessResult on \*; add to its role: \{"Effect":"Allow","Action":"codepipeline:PutJobSuccessResult","Resource":"\*"\}/,
      );
      expect(answeredBy.some((principal) => /LastResort/.test(principal))).toBe(true);
    } finally {
      await set.close?.();
      await cloud.stop();
    }
  });
});
