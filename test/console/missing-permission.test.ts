import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { exampleApp } from '../../infra/example-app.ts';
import prepareScenarios from '../../infra/scenarios/index.ts';
import { serveConsole } from '../../lib/console/serve-console.ts';
import { watchCloud } from '../../lib/console/watch-cloud.ts';
import { createLocalCloud } from '../../lib/local/index.ts';
import { runScenarios } from '../../lib/local/scenarios/run-scenarios.ts';
import { withoutAction } from '../journeys/without-action.ts';
import { chromiumPath, openBrowser, WITHOUT_BROWSER } from './chromium.ts';

const silent = { began: () => undefined, ended: () => undefined };

it.skipIf(chromiumPath === undefined)(
  `a role that lacks a permission shows the statement to add, and the line of CDK${WITHOUT_BROWSER}`,
  { timeout: 400_000 },
  async () => {
    const assembly = mkdtempSync(path.join(tmpdir(), 'ringback-console-'));
    exampleApp({ outdir: assembly }).synth();
    withoutAction(assembly, 'codepipeline:PutJobSuccessResult');
    const cloud = await createLocalCloud({ speed: 5_000 });
    const watched = watchCloud(cloud);
    const { history } = watched;
    const complete = () => Promise.reject(new Error('nobody completes here'));
    const served = serveConsole({ cloud, history, rename: (text) => text, complete });
    const set = await prepareScenarios(cloud);
    const browser = await openBrowser();
    try {
      const { parameters = {} } = set;
      const deployment = await cloud.deploy({ assembly, stacks: ['RingbackPipeline'], parameters });
      const scenarios = set.scenarios.filter(({ name }) => name === 'pipeline-broken-artifact');
      await runScenarios(scenarios, cloud, deployment, { listener: silent, signal: new AbortController().signal });
      const page = await browser.newPage();
      page.setDefaultTimeout(120_000);
      await page.goto(served.address);
      await page.goto(`${cloud.endpoint}/#/calls/denied`);
      await page.getByText('The statement that is missing in its role').first().waitFor();
      const shown = ((await page.locator('main').textContent()) ?? '').replaceAll(/\s+/g, ' ');
      expect(shown).toContain('May not codepipeline:PutJobSuccessResult on *');
      expect(shown).toMatch(/"Action": ?"codepipeline:PutJobSuccessResult"/);
      expect(shown).toMatch(/addToRolePolicy\(|grant/);
    } finally {
      await browser.close();
      served.close();
      watched.stop();
      await set.close?.();
      await cloud.stop();
      rmSync(assembly, { recursive: true, force: true });
    }
  },
);
