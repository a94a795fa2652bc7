import { randomUUID } from 'node:crypto';
import { checkOptions } from '../core/check-options.ts';
import { isRecordOfTexts, isString, type OptionKind } from '../core/option-kinds.ts';
import { PIPELINE_JOB_OPTIONS, type PipelineJobEventOptions, pipelineJobEvent } from './pipeline-job-event.ts';

/** What {@link polledJob} may be told; everything else is filled in. */
export interface PolledJobOptions extends Omit<PipelineJobEventOptions, 'parameters'> {
  /** The action's configuration. @defaultValue empty */
  readonly configuration?: Readonly<Record<string, string>>;
  /** What the job is acknowledged with. @defaultValue '1' */
  readonly nonce?: string;
  /** @defaultValue 'pipeline-under-test' */
  readonly pipelineName?: string;
}

const { parameters: _parameters, ...JOB_OPTIONS } = PIPELINE_JOB_OPTIONS;
const POLLED_JOB_OPTIONS = {
  configuration: isRecordOfTexts,
  nonce: isString,
  pipelineName: isString,
  ...JOB_OPTIONS,
} satisfies Record<keyof PolledJobOptions, OptionKind>;

/**
 * A job as PollForJobs gives it.
 *
 * @throws InvalidOptionError when it is told something else
 */
export function polledJob(told: PolledJobOptions = {}) {
  checkOptions('polledJob', told, POLLED_JOB_OPTIONS);
  const { configuration = {}, nonce = '1', pipelineName, ...options } = told;
  const { data, ...job } = pipelineJobEvent(options)['CodePipeline.job'];
  const { expirationTime: _expirationTime, ...artifactCredentials } = data.artifactCredentials;
  return {
    ...job,
    nonce,
    data: {
      ...data,
      artifactCredentials,
      actionTypeId: { category: 'Test', owner: 'Custom', provider: 'UnderTest', version: '1' },
      actionConfiguration: { configuration },
      pipelineContext: {
        pipelineName: pipelineName ?? 'pipeline-under-test',
        stage: { name: 'Stage' },
        action: { name: 'Action', actionExecutionId: randomUUID() },
        pipelineArn: `arn:aws:codepipeline:us-east-1:123456789012:${pipelineName ?? 'pipeline-under-test'}`,
        pipelineExecutionId: randomUUID(),
      },
    },
  };
}

/** A polled job, and for a third-party one whose it is. */
export interface WorkerJobEventOptions extends PolledJobOptions {
  /** @defaultValue none: the job of a custom action */
  readonly clientToken?: string;
  /** @defaultValue none: no newer token can be found */
  readonly clientId?: string;
}

/**
 * The event by which a job worker hands a polled job to an invocation of its own.
 *
 * @throws InvalidOptionError when it is told something else
 */
export function workerJobEvent(options: WorkerJobEventOptions = {}) {
  checkOptions('workerJobEvent', options, { clientToken: isString, clientId: isString, ...POLLED_JOB_OPTIONS });
  const { clientToken, clientId, ...job } = options;
  return {
    'ringback.job': {
      job: polledJob(job),
      offeredAt: Date.now(),
      ...(clientToken === undefined ? {} : { clientToken }),
      ...(clientId === undefined ? {} : { clientId }),
    },
  };
}

/** The event of EventBridge that wakes a job worker: an action of a custom type has started. */
export function actionStartedEvent(provider: string = 'UnderTest') {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'CodePipeline Action Execution State Change',
    source: 'aws.codepipeline',
    account: '123456789012',
    time: new Date().toISOString(),
    region: 'us-east-1',
    resources: ['arn:aws:codepipeline:us-east-1:123456789012:pipeline-under-test'],
    detail: {
      pipeline: 'pipeline-under-test',
      'execution-id': randomUUID(),
      'action-execution-id': randomUUID(),
      stage: 'Stage',
      action: 'Action',
      state: 'STARTED',
      region: 'us-east-1',
      type: { owner: 'Custom', category: 'Test', provider, version: '1' },
      version: 1,
    },
  };
}

/** The event of a schedule of EventBridge. */
export function scheduledEvent() {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: '123456789012',
    time: new Date().toISOString(),
    region: 'us-east-1',
    resources: ['arn:aws:events:us-east-1:123456789012:rule/every-minute'],
    detail: {},
  };
}

/**
 * The event of the Lambda integration model, for an action executor.
 *
 * @throws InvalidOptionError when it is told something else
 */
export function executorJobEvent(told: PolledJobOptions = {}) {
  checkOptions('executorJobEvent', told, POLLED_JOB_OPTIONS);
  const { configuration = {}, id, nonce: _nonce, pipelineName: _pipelineName, ...options } = told;
  const { data, ...job } = pipelineJobEvent(options)['CodePipeline.job'];
  const { artifactCredentials, actionConfiguration: _, ...others } = data;
  const { expirationTime: __, ...actionCredentials } = artifactCredentials;
  return {
    jobId: id ?? job.id,
    accountId: job.accountId,
    data: { ...others, actionConfiguration: configuration, actionExecutionId: randomUUID(), actionCredentials },
  };
}
