import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exampleApp } from '../../infra/example-app.ts';
import prepareScenarios from '../../infra/scenarios/index.ts';
import { createLocalCloud } from '../../lib/local/index.ts';
import { runScenarios } from '../../lib/local/scenarios/run-scenarios.ts';
import { withoutAction } from './without-action.ts';

let assembly: string;

beforeAll(() => {
  assembly = mkdtempSync(path.join(tmpdir(), 'ringback-journey-'));
  exampleApp({ outdir: assembly }).synth();
});
afterAll(() => rmSync(assembly, { recursive: true, force: true }));

describe('a stack that lacks a permission', () => {
  it('fails in the local cloud, naming function, action and the statement to add; the last resort still answers', async () => {
    expect(withoutAction(assembly, 'codepipeline:PutJobSuccessResult')).toBe(1);
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
