import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { App, Stack } from 'aws-cdk-lib';
import { afterAll } from 'vitest';
import { Ringback, type RingbackProps } from '../../infra/index.ts';

/** The small handler that stands in for a real one wherever its code does not matter. */
export const gateEntry = fileURLToPath(new URL('./fixtures/gate.ts', import.meta.url));

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder that is gone when the test file is done. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ringback-infra-'));
  folders.push(folder);
  return folder;
}

/**
 * An app that writes into a folder of its own. The CDK's own template checks, which take most of a synthesis, are left
 * to the test of the example app.
 */
export function testApp(): App {
  return new App({ analyticsReporting: false, builtinCloudFormationValidation: false, outdir: temporaryFolder() });
}

/** A stack in an app of its own. */
export function testStack(): Stack {
  return new Stack(testApp(), 'Test');
}

/** A Ringback whose last resort is the small handler. */
export function testRingback(stack: Stack, props: RingbackProps = {}): Ringback {
  return new Ringback(stack, 'Ringback', { lastResortEntry: gateEntry, ...props });
}
