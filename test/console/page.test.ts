import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import AdmZip from 'adm-zip';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { chromiumPath, openBrowser, WITHOUT_BROWSER } from './chromium.ts';
import { type ServedCloud, startExample } from './example-console.ts';

const VIEWS = ['owed', 'services', 'calls', 'calls/denied', 'play', 'functions'] as const;
/** What axe says of colours. */
const RULES_OF_COLOURS = ['color-contrast', 'link-in-text-block'];
const PATIENCE = { timeout: 90_000 };
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let browser: Browser;
/** One for all pages: a tab beside another shares what a person's browser would share. */
let context: BrowserContext;
let example: ServedCloud;
let page: Page;
/** What the page complained about. */
let complaints: string[];

describe.skipIf(chromiumPath === undefined)(`the console in Chromium${WITHOUT_BROWSER}`, { timeout: 180_000 }, () => {
  beforeAll(async () => {
    browser = await openBrowser();
    context = await browser.newContext();
    context.setDefaultTimeout(PATIENCE.timeout);
    example = await startExample(['product-lifecycle', 'transfer-bad-file', 'resources-hook-warns']);
  }, 600_000);
  afterAll(async () => {
    await browser?.close();
    await example?.close();
  });
  afterEach(() => expect(complaints.splice(0)).toEqual([]));

  async function openPage(): Promise<void> {
    page = await context.newPage();
    complaints = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    await page.goto(example.page.address);
  }
  const open = (view: string) => page.goto(`${example.cloud.endpoint}/#/${view}`);
  const button = (name: string | RegExp) => page.getByRole('button', { name }).first();
  const said = (text: string | RegExp) => page.locator('.toast').getByText(text).waitFor();
  const card = (title: string) => page.locator('section', { has: page.getByRole('heading', { name: title }) });

  describe.each(['light', 'dark'] as const)('in %s colours', (colorScheme) => {
    // All else that axe looks at, and what is in its place in a narrow window, does not depend on colours.
    const [widths, rules] = colorScheme === 'light' ? [[1_280, 400], undefined] : [[1_280], RULES_OF_COLOURS];
    beforeAll(async () => {
      await openPage();
      await page.emulateMedia({ colorScheme });
      await page.evaluate(axe);
    });
    afterAll(() => page?.close());

    it.each(VIEWS)('shows %s without a fault that axe finds, also in a narrow window', async (view) => {
      await open(view);
      await page.locator(`a[href="#/${view}"]:is([aria-current="page"], [aria-current="true"])`).first().waitFor();
      await page.locator('main h2').waitFor();
      if (view !== 'owed' && view !== 'calls' && view !== 'calls/denied')
        await page.locator('main table, main form').first().waitFor();
      for (const width of widths) {
        await page.setViewportSize({ width, height: 900 });
        expect(await violationsOf(page, rules)).toEqual([]);
        expect(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
      }
    });
  });

  describe('as a person uses it', () => {
    beforeEach(openPage);
    afterEach(() => page.close());

    it('takes the token out of the address, and keeps it for this tab', async () => {
      await page.locator('main h2').waitFor();
      expect(page.url()).toBe(`${example.cloud.endpoint}/#/owed`);
      await open('play');
      await page.reload();
      await card('Move the clock').waitFor();
      expect(await button('1 minute on').isDisabled()).toBe(false);
      const other = await context.newPage();
      await other.goto(`${example.cloud.endpoint}/#/play`);
      await other.getByText('Without it, this page only reads').waitFor();
      expect(await other.getByRole('button', { name: '1 minute on' }).isDisabled()).toBe(true);
      await other.close();
    });

    it('leads from a link to the same thing, filter and all', async () => {
      const owed = page.locator('tbody a').first();
      const name = (await owed.textContent()) ?? '';
      await owed.click();
      await page.getByRole('heading', { name }).waitFor();
      const link = page.url();
      const other = await context.newPage();
      await other.goto(link);
      await other.getByRole('heading', { name }).waitFor();
      await other.goto(`${example.cloud.endpoint}/#/owed?filter=transfer`);
      await other.locator('tbody tr').first().waitFor();
      expect(await other.locator('#filter').inputValue()).toBe('transfer');
      expect(await other.locator('tbody tr').count()).toBe(1);
      await other.close();
    });

    it('is worked by keys alone', async () => {
      await page.locator('tbody a').first().waitFor();
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content');
      await page.keyboard.press('Enter');
      expect(await page.evaluate('document.activeElement.id')).toBe('main');
      await page.keyboard.press('/');
      await page.keyboard.type('no such thing');
      await page.getByText('No owed answer has "no such thing" in it.').waitFor();
    });

    it('starts a pipeline with a zip of one’s own, and follows it to its end', async () => {
      await open('play');
      const zip = new AdmZip();
      zip.addFile('index.html', Buffer.from('<h1>mine</h1>'));
      const form = page.locator('#start-pipeline');
      await form.getByLabel('Pipeline').selectOption({ label: 'RingbackPipeline/Pipeline' });
      await form
        .getByLabel(/A zip/)
        .setInputFiles({ name: 'mine.zip', mimeType: 'application/zip', buffer: zip.toBuffer() });
      await form.getByRole('button', { name: 'Start' }).click();
      await said(/started execution/);
      await open('owed');
      await page.locator('tr', { hasText: 'RingbackPipeline/Pipeline/Manifest/List' }).getByText('1 files').waitFor();
      await page.getByRole('link', { name: 'RingbackPipeline/Pipeline/Gate/Healthy' }).first().click();
      await page.locator('.timeline').getByText('codepipeline answered: succeeded').waitFor();
    });

    it('has the last resort answer for a function that is killed', async () => {
      await open('play');
      const form = page.locator('#arm-fault');
      await form.getByLabel('Fault').fill('kill:before:codepipeline:PutJobSuccessResult:fn=Gate:times=all:for=1h');
      await form.getByRole('button', { name: 'Arm' }).click();
      await said(/armed: kill/);
      const start = page.locator('#start-pipeline');
      await start.getByLabel('Pipeline').selectOption({ label: 'RingbackPipeline/Pipeline' });
      await start.getByRole('button', { name: 'Start' }).click();
      await said(/started execution/);
      await open('owed');
      await page.getByText('last resort answered').first().waitFor();
      await page.locator('tr', { hasText: 'last resort answered' }).first().getByRole('link').click();
      const timeline = page.locator('.timeline');
      await timeline
        .getByText(/injected fault kill struck/)
        .first()
        .waitFor();
      await timeline
        .getByText(/is given up/)
        .first()
        .waitFor();
      await open('play');
      await button('Take back').click();
      await said('taken back');
    });

    it('uploads a file as a user of a server', async () => {
      await open('play');
      const form = page.locator('#upload-file');
      await form
        .getByLabel('File')
        .setInputFiles({ name: 'mine.csv', mimeType: 'text/csv', buffer: Buffer.from('a,b\n1,2\n') });
      await form.getByRole('button', { name: 'Upload' }).click();
      await said(/uploaded .*mine\.csv/);
      await open('services');
      await page.getByText(/mine\.csv of /).waitFor();
    });

    it('provisions a product by a form from its parser, updates and terminates it', async () => {
      await open('play');
      const form = page.locator('#provision');
      await form.getByLabel('Version').selectOption({ index: 0 });
      await form.getByRole('button', { name: /Ask the parser/ }).click();
      expect(await form.getByLabel(/^password/).getAttribute('type')).toBe('password');
      await form.getByLabel('Name of a new one').fill('mine');
      await form.getByLabel(/^title/).fill('My room');
      await form.getByLabel(/^shelves/).fill('3');
      await form.getByLabel(/^password/).fill('not-to-be-shown-anywhere');
      await form.getByRole('button', { name: 'Go' }).click();
      await said(/mine is being provisioned/);
      await open('services');
      const product = page.getByRole('region', { name: 'mine' });
      await product.getByText('AVAILABLE').waitFor();
      await open('play');
      await form.getByLabel('What is to be done').selectOption({ label: 'update mine' });
      if (await form.getByRole('button', { name: /Ask the parser/ }).isVisible())
        await form.getByRole('button', { name: /Ask the parser/ }).click();
      await form.getByLabel(/^shelves/).fill('5');
      await form.getByRole('button', { name: 'Go' }).click();
      await said(/is being updated/);
      await open('services');
      await page.locator('li', { hasText: 'UPDATE_PROVISIONED_PRODUCT of mine' }).getByText('SUCCEEDED').waitFor();
      await open('play');
      await button('Terminate mine').click();
      await said(/is being terminated/);
      await open('services');
      await page.locator('li', { hasText: 'TERMINATE_PROVISIONED_PRODUCT of mine' }).getByText('SUCCEEDED').waitFor();
      const told = async (what: string) => (await fetch(`${example.cloud.endpoint}/_ringback/v1/${what}`)).text();
      const { items } = JSON.parse(await told('invocations')) as { items: { id: string }[] };
      const texts = await Promise.all(['change', 'services', ...items.map(({ id }) => `invocations/${id}`)].map(told));
      expect(texts.filter((text) => text.includes('not-to-be-shown-anywhere'))).toEqual([]);
    });

    it('approves what waits for an approval', async () => {
      await open('play');
      const start = page.locator('#start-pipeline');
      await start.getByLabel('Pipeline').selectOption({ label: 'RingbackRelease/Pipeline' });
      await start.getByRole('button', { name: 'Start' }).click();
      await said(/started execution/);
      await button('Approve').click();
      await said('Approval/Release: Approved');
      await card('Approve').getByText('No manual approval waits.').waitFor();
    });

    it('sends an edited event, and runs one again', async () => {
      await open('functions');
      await page.locator('tr', { hasText: 'RingbackTransfer/Validate' }).getByRole('link').first().click();
      await page.getByRole('heading', { name: 'RingbackTransfer/Validate' }).waitFor();
      if (process.platform === 'linux') await page.getByText(/, \d+ of 1024 MB/).waitFor();
      await button('Run it again').click();
      await said(/sent to .* again/);
      await page.getByRole('link', { name: 'Edit the event and send it' }).click();
      const form = page.locator('#send-event');
      const event = form.getByLabel('Event');
      await expect.poll(() => event.inputValue(), PATIENCE).toContain('withheld');
      await event.fill((await event.inputValue()).replace('"userName"', '"userName "'));
      await form.getByRole('button', { name: 'Send' }).click();
      await said(/sent to/);
    });

    it('moves the clock and changes its speed', async () => {
      await open('play');
      await button('1 hour on').click();
      await said('3600 s have passed');
      await button('60×').click();
      await page.locator('.facts').getByText('60×').waitFor();
      await button('240×').click();
      await page.locator('.facts').getByText('240×').waitFor();
    });

    it('shows what hostile people wrote, and runs none of it', async () => {
      const hostile = `<img src=x onerror="window.struck=1"><script>window.struck=1</script>\${window.struck=1}`;
      const { events } = example.cloud;
      const owed = { service: 'transfer', callbackId: 'hostile-callback', waiterId: 'hostile', detail: hostile };
      events.emit('delivery', owed);
      events.emit('answer', {
        service: 'transfer',
        callbackId: 'hostile-callback',
        kind: 'failed',
        detail: hostile,
        waitedMs: 1,
      });
      events.emit('log', {
        functionName: hostile,
        line: JSON.stringify({ level: 'ERROR', message: hostile }),
        stream: 'stdout',
      });
      await page.getByRole('link', { name: hostile }).click();
      await page.getByRole('heading', { name: hostile }).waitFor();
      await open('functions');
      await page.locator('.log').getByText(hostile).first().waitFor();
      expect(await page.evaluate('window.struck')).toBeUndefined();
      expect(await page.locator('main img, main script').count()).toBe(0);
    });

    it('stays usable with ten thousand owed answers', async () => {
      for (let number = 0; number < 10_000; number++) {
        example.cloud.events.emit('delivery', {
          service: 'many',
          callbackId: `many-callback-${number}`,
          waiterId: `many-${number}`,
          detail: `one of many ${number}`,
        });
      }
      await page
        .locator('.facts')
        .getByText('10000 to many')
        .or(page.locator('.facts').getByText(/\d{4} to many/))
        .first()
        .waitFor();
      expect(await page.locator('tbody tr').count()).toBe(100);
      await button(/Show more/).click();
      await page.locator('tbody tr').nth(199).waitFor();
      await page.locator('#filter').fill('many 9876');
      await page.locator('tbody tr').nth(1).waitFor({ state: 'detached' });
      expect(await page.locator('tbody tr').count()).toBe(1);
    });

    it('says that the cloud does not answer any more', async () => {
      await page.locator('main h2').waitFor();
      example.page.close();
      await page.getByText('The local cloud does not answer').waitFor();
      complaints = [];
    });
  });
});

/** What axe finds wrong with the page by these rules, or by all: rule and element. */
function violationsOf(shown: Page, rules: readonly string[] | undefined): Promise<readonly string[]> {
  const options = JSON.stringify(rules === undefined ? {} : { runOnly: rules });
  return shown.evaluate(
    `axe.run(document, ${options}).then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ": " + html.slice(0, 200))))`,
  );
}
