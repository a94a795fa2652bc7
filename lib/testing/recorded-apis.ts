import { randomUUID } from 'node:crypto';
import type { LocalService } from '../local/kernel/service.ts';
import codepipelineModel from '../local/models/codepipeline.json' with { type: 'json' };
import servicecatalogModel from '../local/models/servicecatalog.json' with { type: 'json' };
import transferModel from '../local/models/transfer.json' with { type: 'json' };
import type { RecordedCalls } from './recorded-calls.ts';

/** What the APIs of jobs answer, as a test sets it. */
export interface GivenJobs {
  readonly jobDetails: unknown;
  /** Taken by the poll that gives them. */
  readonly offered: unknown[];
}

const CODEPIPELINE = [
  'PutJobSuccessResult',
  'PutJobFailureResult',
  'GetJobDetails',
  'PollForJobs',
  'AcknowledgeJob',
  'PollForThirdPartyJobs',
  'GetThirdPartyJobDetails',
  'AcknowledgeThirdPartyJob',
  'PutThirdPartyJobSuccessResult',
  'PutThirdPartyJobFailureResult',
];
const SERVICE_CATALOG = [
  'NotifyProvisionProductEngineWorkflowResult',
  'NotifyUpdateProvisionedProductEngineWorkflowResult',
  'NotifyTerminateProvisionedProductEngineWorkflowResult',
];

/** What a call that goes well is answered with. */
function outputOf(operation: string, { jobDetails, offered }: GivenJobs): object {
  if (operation.endsWith('JobDetails')) return { jobDetails };
  if (operation.startsWith('PollFor')) return { jobs: offered.splice(0) };
  if (operation === 'SendMessage') return { MessageId: randomUUID() };
  return operation.startsWith('Acknowledge') ? { status: 'InProgress' } : {};
}

/** The result APIs, each checked against its model, and the queue that puts deliveries off. */
export function recordedApis({ recorded }: RecordedCalls, given: () => GivenJobs): readonly LocalService[] {
  const taking = (...operations: readonly string[]) =>
    Object.fromEntries(operations.map((name) => [name, recorded(name, () => outputOf(name, given()))]));
  return [
    {
      name: 'codepipeline',
      json: {
        targetPrefix: 'CodePipeline_20150709',
        jsonVersion: '1.1',
        model: codepipelineModel,
        operations: taking(...CODEPIPELINE),
      },
    },
    {
      name: 'sqs',
      json: { targetPrefix: 'AmazonSQS', jsonVersion: '1.0', operations: taking('SendMessage') },
    },
    {
      name: 'transfer',
      json: {
        targetPrefix: 'TransferService',
        jsonVersion: '1.1',
        model: transferModel,
        validationErrorCode: 'InvalidRequestException',
        operations: taking('SendWorkflowStepState'),
      },
    },
    {
      name: 'servicecatalog',
      json: {
        targetPrefix: 'AWS242ServiceCatalogService',
        jsonVersion: '1.1',
        model: servicecatalogModel,
        operations: taking(...SERVICE_CATALOG),
      },
    },
  ];
}

/** Lambda, which takes every asynchronous invocation. */
export function recordedInvocations(invocations: unknown[]): LocalService {
  return {
    name: 'lambda',
    http: {
      signingNames: ['lambda'],
      async handle(_request, response, { body }) {
        invocations.push(JSON.parse((await body()).toString('utf8')));
        response.writeHead(202).end();
      },
    },
  };
}
