import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PLACES = [
  process.env.CHROMIUM ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The browser of this machine; undefined where there is none. CHROMIUM names one at another place. */
export const chromiumPath = PLACES.find((place) => place !== '' && existsSync(place));

/** Why tests in a browser are skipped here; empty where they are not. */
export const WITHOUT_BROWSER =
  chromiumPath === undefined ? ' (skipped: runs where Chromium is installed, or CHROMIUM names it)' : '';

/** Starts the browser without a window; it looks for nothing outside of this machine. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath ?? '',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
