import { CodePipelineClient, StartPipelineExecutionCommand } from '@aws-sdk/client-codepipeline';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Scenario, Stage } from '../../lib/local/scenarios/scenario.ts';
import { cloudControlClient, propertiesOf } from './cloud-control-client.ts';
import { deployHook } from './scenario-hook.ts';
import { zipFiles } from './zip-files.ts';

const STACK = 'RingbackResources';
const service = 'cloudcontrol';
const QUEUE = 'AWS::SQS::Queue';
const PARAMETER = 'AWS::SSM::Parameter';
const LOG_GROUP = 'AWS::Logs::LogGroup';

const logGroup = (LogGroupName: string, more: object = {}) => ({
  typeName: LOG_GROUP,
  desiredState: { LogGroupName, ...more },
});

const HOOK = {
  message: 'a log group without a retention is kept for ever',
  remediation: 'set RetentionInDays to 30',
} as const;

/** The scenarios of the pipeline that makes resources. */
export const cloudControlScenarios: readonly Scenario[] = [
  {
    name: 'resources-lifecycle',
    service,
    title: 'a pipeline makes a queue and a parameter that names it, changes the queue, and deletes the parameter',
    async run(stage) {
      const queue = {
        name: 'Orders',
        typeName: QUEUE,
        desiredState: { QueueName: 'fleet-orders', VisibilityTimeout: 30 },
      };
      const address = { Name: '/fleet/orders', Type: 'String', Value: arnOf('Orders') };
      const made = await play(stage, [queue, { typeName: PARAMETER, desiredState: address }]);
      expectEnd(made, 'Succeeded');
      const cloudControl = cloudControlClient(stage);
      const { Value } = await propertiesOf(cloudControl, PARAMETER, '/fleet/orders');
      if (!/^arn:aws:sqs:.*:fleet-orders$/.test(String(Value))) throw new Error(`the parameter holds ${Value}`);
      const changed = await play(stage, [
        { ...queue, desiredState: { QueueName: 'fleet-orders', VisibilityTimeout: 90 } },
        { typeName: PARAMETER, identifier: '/fleet/orders', desiredState: null },
      ]);
      expectEnd(changed, 'Succeeded');
      await propertiesOf(cloudControl, PARAMETER, '/fleet/orders').then(
        () => Promise.reject(new Error('the parameter is still there')),
        () => undefined,
      );
      // Each request is one job that begins it, and the last one sees its end.
      return { expected: 3 + 3 };
    },
  },
  {
    name: 'resources-hook-refuses',
    service,
    title: 'a hook forbids a log group; the pipeline fails with what it found and how to mend it',
    async run(stage) {
      await deployHook(stage.cloud, {
        ...HOOK,
        alias: 'Fleet::Logs::Kept',
        prefix: '/fleet/refused',
        failureMode: 'FAIL',
      });
      const reason = /the hook Fleet::Logs::Kept refused it.*remedy: set RetentionInDays to 30/;
      expectEnd(await play(stage, logGroup('/fleet/refused')), 'Failed', reason);
      return { expected: 2 };
    },
  },
  {
    name: 'resources-hook-warns',
    service,
    title: 'a hook that only warns; the log group is made, and the warning stands in the summary',
    async run(stage) {
      await deployHook(stage.cloud, {
        ...HOOK,
        alias: 'Fleet::Logs::Watched',
        prefix: '/fleet/warned',
        failureMode: 'WARN',
      });
      const { status, summary } = await play(stage, logGroup('/fleet/warned'));
      if (status !== 'Succeeded' || !/Fleet::Logs::Watched warns/.test(summary ?? '')) {
        throw new Error(`the execution ended ${status} with the summary ${summary}`);
      }
      return { expected: 2 };
    },
  },
  {
    name: 'resources-throttled',
    service,
    title: 'a service throttles what Cloud Control does; the request is made anew, and the log group once',
    async run(stage) {
      const takeBack = stage.cloud.faults.add(`handler-error:before:${LOG_GROUP}:CREATE:Throttling:times=2`);
      const ended = await play(stage, logGroup('/fleet/throttled'));
      expectEnd(ended, 'Succeeded');
      takeBack();
      return { expected: ended.jobs };
    },
  },
  {
    name: 'resources-cancelled',
    service,
    title: 'somebody cancels the request; the pipeline fails, and says what may exist',
    async run(stage) {
      const takeBack = stage.cloud.faults.add(`handler-slow:${LOG_GROUP}:CREATE:delay=30m`);
      const playing = play(stage, logGroup('/fleet/cancelled'));
      await cancelFirst(stage);
      expectEnd(await playing, 'Failed', /was cancelled by somebody else; nothing is rolled back/);
      takeBack();
      return { expected: 2 };
    },
  },
  {
    name: 'resources-outlive-timeouts',
    service,
    title: 'a request takes longer than its function may run: it is followed from job to job',
    async run(stage) {
      const takeBack = stage.cloud.faults.add(`handler-slow:${LOG_GROUP}:CREATE:delay=70s`);
      const ended = await play(stage, logGroup('/fleet/slow'));
      expectEnd(ended, 'Succeeded');
      takeBack();
      if (ended.jobs < 3) throw new Error(`it took ${ended.jobs} jobs only`);
      return { expected: ended.jobs };
    },
  },
];

/** A reference to the ARN of a resource, as `resources.json` has it. */
function arnOf(name: string): string {
  return `\${${name}.Arn}`;
}

/** Uploads a description of resources, runs the pipeline, and tells how that ended and after how many jobs. */
async function play({ client, cloud, deployment }: Stage, resources: object) {
  const outputs = deployment.stacks.find(({ name }) => name === STACK)?.outputs ?? {};
  const { PipelineName: name, SourceBucketName: Bucket, SourceKey: Key } = outputs as Record<string, string>;
  if (!name || !Bucket || !Key) throw new Error(`${STACK} has no outputs PipelineName, SourceBucketName and SourceKey`);
  const Body = await zipFiles({ 'resources.json': JSON.stringify(resources, null, 2) });
  await new S3Client(client).send(new PutObjectCommand({ Bucket, Key, Body }));
  let jobs = 0;
  const stop = cloud.events.on('answer', () => jobs++);
  const { pipelineExecutionId = '' } = await new CodePipelineClient(client).send(
    new StartPipelineExecutionCommand({ name }),
  );
  const { status, actions } = await cloud.codepipeline.waitForExecution(name, pipelineExecutionId);
  stop();
  const apply = actions.find(({ actionName }) => actionName === 'Apply');
  return { status, jobs, message: apply?.errorDetails?.message, summary: apply?.summary };
}

function expectEnd({ status, message }: Awaited<ReturnType<typeof play>>, expected: string, reason = /^/): void {
  if (status !== expected || !reason.test(message ?? '')) {
    throw new Error(`the execution ended ${status}, not ${expected}${message ? ` (${message})` : ''}`);
  }
}

/** Cancels the next request that is under way. */
async function cancelFirst(stage: Stage): Promise<void> {
  const call = cloudControlClient(stage);
  for (;;) {
    const { ResourceRequestStatusSummaries } = await call('ListResourceRequests', {
      ResourceRequestStatusFilter: { OperationStatuses: ['IN_PROGRESS'] },
    });
    const [request] = ResourceRequestStatusSummaries as readonly { RequestToken: string }[];
    if (request !== undefined) {
      await call('CancelResourceRequest', { RequestToken: request.RequestToken });
      return;
    }
    await stage.cloud.clock.sleep(1_000, stage.signal);
  }
}
