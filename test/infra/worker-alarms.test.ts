import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { AwsSolutionsChecks } from 'cdk-nag';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CustomActionWorker, type RingbackProps } from '../../infra/index.ts';
import { createLocalCloud, type LocalCloud } from '../../lib/local/index.ts';
import { type Counts, watchAlarms } from './cloudwatch.ts';
import { temporaryFolder, testApp, testRingback, testStack } from './fixture.ts';

const workerEntry = fileURLToPath(new URL('./fixtures/idle-worker.ts', import.meta.url));

function addWorker(stack: Stack, props: RingbackProps = {}, pollEvery?: Duration): CustomActionWorker {
  return new CustomActionWorker(stack, 'Worker', {
    entry: workerEntry,
    ringback: testRingback(stack, props),
    actionType: { category: 'Test', provider: 'Idle' },
    timeout: Duration.seconds(3),
    ...(pollEvery === undefined ? {} : { pollEvery }),
  });
}

describe('the alarms of a job worker', () => {
  it('tell whom the alarms of its Ringback tell, and stand on its dashboard', () => {
    const stack = testStack();
    const worker = addWorker(stack, { alarmTopic: new Topic(stack, 'Topic') });
    expect(worker.ringback.alarms).toEqual(expect.arrayContaining([...worker.wakeUps.alarms]));
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::CloudWatch::Alarm', 10);
    template.allResourcesProperties('AWS::CloudWatch::Alarm', {
      AlarmActions: [{ Ref: Match.stringLikeRegexp('^Topic') }],
    });
    const dashboard = JSON.stringify(template.findResources('AWS::CloudWatch::Dashboard'));
    for (const alarm of Object.keys(template.findResources('AWS::CloudWatch::Alarm')))
      expect(dashboard).toContain(alarm);
  });

  it('wait for what lasts: three periods of five minutes, or of the schedule where that is longer', () => {
    const periods = (pollEvery?: Duration) => {
      const stack = testStack();
      addWorker(stack, {}, pollEvery);
      return Object.values(
        Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm', { Properties: { EvaluationPeriods: 3 } }),
      ).map(({ Properties }) => Properties.Period ?? Properties.Metrics[1].MetricStat.Period);
    };
    expect(periods()).toEqual([300, 300, 300]);
    expect(periods(Duration.hours(2))).toEqual([7200, 7200, 7200]);
  });

  it('are fine with cdk-nag', () => {
    const stack = testStack();
    addWorker(stack);
    Validations.of(stack.node.root).addPlugins(new AwsSolutionsChecks(stack.node.root));
    expect(() => Template.fromStack(stack)).not.toThrow();
  });
});

describe('the alarms that are breached', () => {
  let assembly: string;
  let template: Template;
  let cloud: LocalCloud | undefined;

  beforeAll(() => {
    const app = testApp();
    const stack = new Stack(app, 'Test');
    addWorker(stack);
    template = Template.fromStack(stack);
    assembly = app.outdir;
  });
  afterEach(() => cloud?.stop());

  /** Runs the worker, its template changed, until enough has been counted, and says which alarms that breaches. */
  async function breached(options: {
    readonly change?: (resources: Resources, folder: string) => void;
    readonly faults?: readonly string[];
    readonly disturb?: (cloud: LocalCloud, functionName: string) => void;
    readonly enough?: (counts: Counts) => boolean;
  }): Promise<readonly string[]> {
    const { enough = ({ invocations, failedInvocations }) => invocations + failedInvocations >= 3 } = options;
    const folder = temporaryFolder();
    cpSync(assembly, folder, { recursive: true });
    const file = join(folder, 'Test.template.json');
    const changed = JSON.parse(readFileSync(file, 'utf8'));
    options.change?.(changed.Resources, folder);
    writeFileSync(file, JSON.stringify(changed));
    cloud = await createLocalCloud({ speed: 2_000, faults: options.faults ?? [] });
    const deployment = await cloud.deploy({ assembly: folder });
    const watch = watchAlarms(cloud, deployment, template);
    options.disturb?.(cloud, deployment.find('Test/Worker').physicalId);
    await watch.until(enough);
    return watch.breached();
  }

  it('are none while the worker polls, whatever becomes of its jobs', async () => {
    // An event that is neither a wake-up nor a job: the function fails on it, and Lambda tries again.
    const disturb = ({ lambda, accountId }: LocalCloud, functionName: string) => {
      const principal = { arn: 'root', kind: 'root', accountId } as const;
      void lambda.invokeEvent(functionName, '{"neither":"nor"}', { principal });
    };
    const enough = ({ invocations, errors }: Counts) => errors >= 2 && invocations - errors >= 2;
    expect(await breached({ disturb, enough })).toEqual([]);
  });

  it('are two where a permission for polling is missing', async () => {
    const change = (resources: Resources) => {
      for (const { Type, Properties } of Object.values(resources)) {
        if (Type !== 'AWS::IAM::Policy') continue;
        Properties.PolicyDocument.Statement = Properties.PolicyDocument.Statement.filter(
          ({ Action }: { Action: unknown }) => Action !== 'codepipeline:PollForJobs',
        );
      }
    };
    expect(await breached({ change })).toEqual(['CannotPollAlarm', 'WakeUpsFailAlarm']);
  });

  it('are two where the action type is gone', async () => {
    const change = (resources: Resources) => {
      for (const [id, { Type }] of Object.entries(resources)) {
        if (Type === 'AWS::CodePipeline::CustomActionType') delete resources[id];
      }
    };
    expect(await breached({ change })).toEqual(['CannotPollAlarm', 'WakeUpsFailAlarm']);
  });

  it('are one where CodePipeline is out of reach, though no invocation fails', async () => {
    expect(await breached({ faults: ['reset:codepipeline:PollForJobs:times=all'] })).toEqual(['CannotPollAlarm']);
  });

  it('are one where the code does not load', async () => {
    const change = (resources: Resources, folder: string) => {
      const [code] = Object.entries(resources)
        .filter(([id, { Type }]) => id.startsWith('Worker') && Type === 'AWS::Lambda::Function')
        .map(([, { Properties }]) => String(Properties.Code.S3Key).replace('.zip', ''));
      writeFileSync(join(folder, `asset.${code}`, 'index.mjs'), "import 'a-module-that-nobody-bundled';");
    };
    expect(await breached({ change })).toEqual(['WakeUpsFailAlarm']);
  });

  it('are one where its schedule may not invoke it', async () => {
    const change = (resources: Resources) => {
      for (const [id, { Type }] of Object.entries(resources)) {
        if (Type === 'AWS::Lambda::Permission') delete resources[id];
      }
    };
    expect(await breached({ change })).toEqual(['NotWokenAlarm']);
  });
});

// biome-ignore lint/suspicious/noExplicitAny: CloudFormation's shapes
type Resources = Record<string, { Type: string; Properties: any }>;
