import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import { createCompleteEntry } from '../../lib/cli/local/complete-entry.ts';
import { serveConsole } from '../../lib/console/serve-console.ts';
import { watchCloud } from '../../lib/console/watch-cloud.ts';
import { startJourney } from '../journeys/journey.ts';
import { declareSignOff } from '../journeys/sign-off-stack.ts';
import { chromiumPath, openBrowser, WITHOUT_BROWSER } from './chromium.ts';

const PATIENCE_MS = 120_000;

it.skipIf(chromiumPath === undefined)(
  `a deferred approval is completed in the console, and its pipeline goes on${WITHOUT_BROWSER}`,
  { timeout: 400_000 },
  async () => {
    const journey = await startJourney('SignOff', declareSignOff('sign-off.ts'), { speed: 60 });
    const { cloud, client, output } = journey;
    const watched = watchCloud(cloud);
    const { history } = watched;
    const served = serveConsole({ cloud, history, rename: (text) => text, complete: createCompleteEntry(cloud) });
    const browser = await openBrowser();
    try {
      const s3 = new S3Client(client);
      await s3.send(new PutObjectCommand({ Bucket: output('SourceBucket'), Key: 'source.zip', Body: 'anything' }));
      s3.destroy();
      const page = await browser.newPage();
      page.setDefaultTimeout(PATIENCE_MS);
      await page.goto(`${served.address}`);
      await page.goto(`${cloud.endpoint}/#/play`);
      const start = page.locator('#start-pipeline');
      await start.getByLabel('Pipeline').selectOption({ index: 0 });
      await start.getByRole('button', { name: 'Start' }).click();
      const form = page.locator('#complete');
      await form.getByLabel('Outcome').selectOption('succeeded');
      await form.getByLabel('Reason or summary').fill('looks good to me');
      await form.getByRole('button', { name: 'Complete' }).click();
      await page.locator('.toast').getByText('decided: succeeded').waitFor();
      await page.goto(`${cloud.endpoint}/#/owed`);
      const row = page.locator('tr', { hasText: 'Ask/Person' });
      await row.getByText('reported').waitFor();
      await row.getByText('looks good to me').waitFor();
      const [id = ''] = cloud.codepipeline.executionIds(output('PipelineName'));
      const { status } = await cloud.codepipeline.waitForExecution(output('PipelineName'), id);
      expect(status).toBe('Succeeded');
    } finally {
      await browser.close();
      served.close();
      watched.stop();
      await journey.close();
    }
  },
);
