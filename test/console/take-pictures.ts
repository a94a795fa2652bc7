import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { chromiumPath, openBrowser, WITHOUT_BROWSER } from './chromium.ts';
import { startExample } from './example-console.ts';

/* Takes the pictures that docs/console.md shows, from a real run: `npm run pictures`. */

const FOLDER = fileURLToPath(new URL('../../docs/pictures/', import.meta.url));
const SIZE = { width: 1_200, height: 760 };

/** What each picture shows: an address, and what is done there first. */
const PICTURES: Readonly<Record<string, readonly [path: string, prepare?: (page: Page) => Promise<unknown>]>> = {
  owed: ['owed'],
  timeline: [
    'owed?filter=gate',
    async (page) => {
      await page.locator('tbody a').first().click();
      await page.locator('.timeline li').first().waitFor();
    },
  ],
  services: ['services', (page) => page.locator('.stages').first().waitFor()],
  calls: ['calls'],
  play: ['play', (page) => page.locator('#start-pipeline').waitFor()],
  functions: ['functions', (page) => page.locator('main table').first().waitFor()],
};

if (chromiumPath === undefined) {
  process.stderr.write(`no pictures were taken${WITHOUT_BROWSER}\n`);
  process.exit(1);
}
mkdirSync(FOLDER, { recursive: true });
const {
  page: served,
  cloud,
  close,
} = await startExample([
  'pipeline-succeeds',
  'product-lifecycle',
  'transfer-bad-file',
  'resources-hook-warns',
  'pipeline-gate-stays-shut',
]);
cloud.clock.setSpeed(1);
const { pipelines } = (await cloud.ask('codepipeline', 'ListPipelines', {})) as { pipelines: { name: string }[] };
const waiting = pipelines.find(({ name }) => name.startsWith('RingbackPipeline'));
// The gate stays shut: an answer that is owed still.
if (waiting !== undefined) await cloud.ask('codepipeline', 'StartPipelineExecution', { name: waiting.name });
const browser = await openBrowser();
try {
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await browser.newPage({ colorScheme, viewport: SIZE });
    await page.goto(served.address);
    for (const [name, [path, prepare]] of Object.entries(PICTURES)) {
      if (colorScheme === 'dark' && name !== 'timeline') continue;
      await page.goto(`${cloud.endpoint}/#/${path}`);
      await page.locator('main h2').first().waitFor();
      await prepare?.(page);
      // What the view fetches comes a moment after the view.
      await page.waitForTimeout(1_500);
      await page.screenshot({ path: `${FOLDER}console-${name}${colorScheme === 'dark' ? '-dark' : ''}.png` });
    }
    await page.close();
  }
} finally {
  await browser.close();
  await close();
}
