/* Started by a test, which then kills it: prints the pids of an idle and of a running environment. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClock } from '../../../../lib/local/kernel/clock.ts';
import { createEventStream } from '../../../../lib/local/kernel/events.ts';
import { createLambda } from '../../../../lib/local/lambda/lambda.ts';

const dataDir = join(process.argv[2] ?? '', 'orphan');
const principal = { arn: 'arn:aws:iam::123456789012:root', kind: 'root', accountId: '123456789012' } as const;
const events = createEventStream();
const lambda = createLambda(
  {
    clock: createClock(),
    events,
    identity: {
      issue: () => ({ accessKeyId: 'A', secretAccessKey: 'S', sessionToken: 'T', expiresAt: Number.MAX_VALUE }),
      principalOf: () => principal,
      service: () => principal,
      role: () => principal,
      authorize() {},
    },
    accountId: principal.accountId,
    region: 'eu-west-1',
    partition: 'aws',
    dataDir,
    uuid: () => crypto.randomUUID(),
    random: Math.random,
    endpoint: () => 'http://127.0.0.1:1',
  },
  {
    queues: {
      send: () => '',
      receive: () => [],
      visibilityTimeoutSeconds: () => 30,
      delete() {},
      changeVisibility() {},
      onVisible: () => () => {},
    },
  },
);
const folder = join(dataDir, 'asset');
mkdirSync(folder, { recursive: true });
writeFileSync(
  join(folder, 'index.mjs'),
  `export const handler = ({ ms }) => { console.log('up'); return new Promise((r) => setTimeout(r, ms)); };`,
);
await lambda.resources?.['AWS::Lambda::Function']?.({
  type: 'AWS::Lambda::Function',
  logicalId: 'Waiter',
  stackName: 'Stack',
  assemblyDir: dataDir,
  properties: {
    FunctionName: 'waiter',
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Timeout: 60,
    Role: 'arn:aws:iam::123456789012:role/worker',
    Code: { LocalPath: folder },
  },
});

let ups = 0;
events.on('log', () => {
  ups++;
  if (ups === 3) process.stdout.write(JSON.stringify(lambda.environments().map(({ pid }) => pid)));
});
await Promise.all([1, 2].map(() => lambda.invokeSync('waiter', '{"ms":200}', { principal })));
await lambda.invokeSync('waiter', '{"ms":50000}', { principal });
