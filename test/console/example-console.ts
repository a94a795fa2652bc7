import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { exampleApp } from '../../infra/example-app.ts';
import prepareScenarios from '../../infra/scenarios/index.ts';
import { createCompleteEntry } from '../../lib/cli/local/complete-entry.ts';
import { constructNames } from '../../lib/console/construct-names.ts';
import { type Console, serveConsole } from '../../lib/console/serve-console.ts';
import { watchCloud } from '../../lib/console/watch-cloud.ts';
import { createLocalCloud, type LocalCloud } from '../../lib/local/cloud.ts';
import { runScenarios } from '../../lib/local/scenarios/run-scenarios.ts';
import type { Deployment } from '../../lib/local/template/deployment.ts';

/** A local cloud with its console. */
export interface ServedCloud {
  readonly cloud: LocalCloud;
  readonly page: Console;
  close(): Promise<void>;
}

/** Serves the console of a cloud that is deployed. */
export function consoleOf(cloud: LocalCloud, deployment: Pick<Deployment, 'stacks'>): Console {
  const watched = watchCloud(cloud);
  const rename = constructNames(deployment);
  const page = serveConsole({ cloud, history: watched.history, rename, complete: createCompleteEntry(cloud) });
  return {
    ...page,
    close() {
      page.close();
      watched.stop();
    },
  };
}

/** Fast enough that a minute passes in a quarter of a second. */
const SPEED = 240;

/** Starts the example app with a console, and plays some of its scenarios. */
export async function startExample(names: readonly string[]): Promise<ServedCloud> {
  const assembly = mkdtempSync(path.join(tmpdir(), 'ringback-console-'));
  exampleApp({ outdir: assembly }).synth();
  const cloud = await createLocalCloud({ speed: SPEED });
  const set = await prepareScenarios(cloud);
  for (const stub of set.stubs ?? []) cloud.codepipeline.stubs.add(stub);
  let rename = (text: string) => text;
  const watched = watchCloud(cloud);
  const { history } = watched;
  const complete = createCompleteEntry(cloud);
  const page = serveConsole({ cloud, history, rename: (text) => rename(text), complete });
  const deployment = await cloud.deploy({ assembly, parameters: set.parameters ?? {} });
  rename = constructNames(deployment);
  const results = await runScenarios(
    set.scenarios.filter(({ name }) => names.includes(name)),
    cloud,
    deployment,
    { listener: { began: () => undefined, ended: () => undefined }, signal: new AbortController().signal },
  );
  const failed = results.find(({ status }) => status === 'failed');
  if (failed !== undefined) throw new Error(`${failed.name} failed: ${failed.problem}`);
  return {
    cloud,
    page,
    async close() {
      page.close();
      watched.stop();
      await set.close?.();
      await cloud.stop();
      rmSync(assembly, { recursive: true, force: true });
    },
  };
}
