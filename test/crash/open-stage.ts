import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { ledgerAttributes } from '../../lib/constants.ts';
import type { Decision } from '../../lib/core/decision.ts';
import { createLocalCloud, type LocalCloud } from '../../lib/local/cloud.ts';
import type { LocalCloudOptions } from '../../lib/local/cloud-options.ts';
import { CRASH_STACK } from './crash-stack.ts';
import type { CrashStage } from './crash-stage.ts';
import type { Caller, PlayRecord, RecordedCall } from './play-record.ts';
import type { Story } from './story.ts';
import { startWorkServer } from './work-server.ts';
import { createChronicle } from './write-chronicle.ts';

/** What happens at calls of the logic to the work service. */
export interface WorkHooks {
  strike(record: PlayRecord, call: RecordedCall, moment: 'before' | 'after'): boolean;
  hold(record: PlayRecord, callbackId: string): Promise<void>;
}

const DEVELOPER = { accessKeyId: 'AKIACRASHMATRIX00000', secretAccessKey: 'local' } as const;
/** Fast enough that three minutes pass in a fifth of a second; slow enough that a hiccup of this process is short. */
export const STAGE_SPEED = 1_000;
const POLL_MS = 10;
/** How often this process looks whether it had to stand still, and from which lateness on it did, in real milliseconds. */
const LOOK_MS = 5;
const STALL_MS = 3;

/** Opens a stage on a synthesized crash stack. */
export async function openStage(
  assembly: string,
  story: Story,
  hooks: WorkHooks,
  options: Pick<LocalCloudOptions, 'faults' | 'faultSeed' | 'speed'> = {},
): Promise<CrashStage> {
  let cloud: LocalCloud | undefined;
  const outputs: Record<string, string> = {};
  const source = () => ({
    now: () => cloud?.clock.now() ?? 0,
    callerOf: (name: string): Caller =>
      name === outputs.LastResortName ? 'last-resort' : name === outputs.CompleterName ? 'completer' : 'function',
    requestOf: (id: string) =>
      cloud?.lambda.environments().find(({ environmentId }) => environmentId === id)?.requestId,
  });
  const chronicle = createChronicle(story, source, options.speed ?? STAGE_SPEED);
  cloud = await createLocalCloud({
    speed: STAGE_SPEED,
    ...options,
    interceptors: [chronicle.interceptor],
    maxEnvironments: 12,
  });
  const { events } = cloud;
  events.on('invocation', chronicle.invocation);
  events.on('invocationEnd', chronicle.invocationEnd);
  events.on('answer', chronicle.answer);
  events.on('log', chronicle.log);
  const work = await startWorkServer(chronicle, hooks.strike, hooks.hold);
  const parameters = { WorkUrl: work.url, ...story.connect?.(cloud) };
  const deployment = await cloud.deploy({ assembly, parameters: { [CRASH_STACK]: parameters } });
  Object.assign(outputs, deployment.stacks[0]?.outputs);
  const client = { region: cloud.region, endpoint: cloud.endpoint, credentials: DEVELOPER };
  Object.assign(outputs, await story.prepare({ cloud, client, outputs }));
  const sqs = new SQSClient({ ...client, useQueueUrlAsEndpoint: false });
  const dynamodb = new DynamoDBClient(client);
  const stage = cloud;
  const stopWatching = watchStalls(chronicle.stall);

  async function depth(QueueUrl: string | undefined): Promise<number> {
    const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
    return (
      Number(Attributes.ApproximateNumberOfMessages) +
      Number(Attributes.ApproximateNumberOfMessagesNotVisible) +
      Number(Attributes.ApproximateNumberOfMessagesDelayed)
    );
  }

  /** Whether no queue but the dead letters' holds anything. */
  async function allEmpty(): Promise<boolean> {
    for (const [name, url] of Object.entries(outputs)) {
      if (name.endsWith('QueueUrl') && name !== 'DeadLetterQueueUrl' && (await depth(url)) > 0) return false;
    }
    return true;
  }

  return {
    cloud,
    chronicle,
    client,
    outputs,
    async idle() {
      for (;;) {
        const busy =
          stage.lambda.pendingEvents() > 0 ||
          stage.codebuild.builds().some(({ status }) => status === 'IN_PROGRESS') ||
          stage.lambda.environments().some(({ requestId }) => requestId !== undefined);
        if (!busy && (await allEmpty())) return;
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
    },
    async standing(key) {
      const { Item } = await dynamodb.send(
        new GetItemCommand({ TableName: outputs.LedgerName, Key: { [ledgerAttributes.key]: { S: key } } }),
      );
      const data = Item?.[ledgerAttributes.data]?.S;
      return Item?.[ledgerAttributes.status]?.S !== 'COMPLETED' || data === undefined
        ? undefined
        : (JSON.parse(data) as Decision);
    },
    async deadLetters() {
      const bodies: string[] = [];
      for (;;) {
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({
            QueueUrl: outputs.DeadLetterQueueUrl,
            MaxNumberOfMessages: 10,
            VisibilityTimeout: 43_200,
          }),
        );
        if (Messages.length === 0) return bodies;
        bodies.push(...Messages.map(({ Body = '' }) => Body));
      }
    },
    async close() {
      stopWatching();
      await stage.stop();
      await work.close();
      for (const sdk of [sqs, dynamodb]) sdk.destroy();
    },
  };
}

/** Tells of every time in which this process got no turn; what nobody runs passes at a multiple of it. */
function watchStalls(stalled: (realMs: number) => void): () => void {
  let expected = performance.now() + LOOK_MS;
  const timer = setInterval(() => {
    const now = performance.now();
    if (now - expected > STALL_MS) stalled(now - expected);
    expected = now + LOOK_MS;
  }, LOOK_MS);
  return () => clearInterval(timer);
}
