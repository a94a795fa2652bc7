import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { App, Stack } from 'aws-cdk-lib';
import { inject } from 'vitest';
import { Ringback, type RingbackProps } from '../../infra/index.ts';

/** The small handler that stands in for a real one wherever its code does not matter. */
export const gateEntry = fileURLToPath(new URL('./fixtures/gate.ts', import.meta.url));

/** A folder that goes with the run. */
export function temporaryFolder(): string {
  return mkdtempSync(join(inject('sharedFolder'), 'infra-'));
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
