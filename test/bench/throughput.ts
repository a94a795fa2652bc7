import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createLocalCloud } from '../../lib/local/index.ts';
import { pipelineJobEvent } from '../../lib/testing/pipeline-job-event.ts';
import type { Subject } from './subjects.ts';

/** How many jobs the local cloud gets through. */
export interface Throughput {
  readonly jobs: number;
  readonly environments: number;
  readonly perSecond: number;
}

const FUNCTION = 'gate';

/**
 * Hands the local cloud many jobs at once, as asynchronous events for one function under its own role, and waits until
 * all are through. CodePipeline does not know them and answers that they are closed, so what is counted is the Lambda,
 * the ledger, IAM and the wire; the first jobs wait for their environments to start.
 */
export async function measureThroughput(
  subject: Subject,
  options: { readonly jobs: number; readonly environments: number; readonly folder: string; readonly logicUrl: string },
): Promise<Throughput> {
  const { jobs, environments } = options;
  const cloud = await createLocalCloud({ maxEnvironments: environments });
  try {
    await cloud.deploy({ assembly: await writeAssembly(options.folder, subject) });
    const { promise: done, resolve, reject } = Promise.withResolvers<void>();
    let ended = 0;
    cloud.events.on('invocationEnd', ({ error }) => {
      if (error !== undefined) reject(new Error(`a job failed: ${error.errorType}: ${error.errorMessage}`));
      else if (++ended === jobs) resolve();
    });
    const started = performance.now();
    const caller = { principal: cloud.identity.service('codepipeline.amazonaws.com') };
    for (let job = 0; job < jobs; job++) {
      const event = pipelineJobEvent({ parameters: { url: options.logicUrl } });
      await cloud.lambda.invokeEvent(FUNCTION, JSON.stringify(event), caller);
    }
    await done;
    return { jobs, environments, perSecond: (1000 * jobs) / (performance.now() - started) };
  } finally {
    await cloud.stop();
  }
}

/** The least cloud assembly that holds the function, its role and its ledger. */
async function writeAssembly(folder: string, subject: Subject): Promise<string> {
  const assembly = path.join(folder, 'assembly');
  const artifact = { type: 'aws:cloudformation:stack', properties: { templateFile: 'Bench.template.json' } };
  await mkdir(assembly, { recursive: true });
  await writeFile(
    path.join(assembly, 'manifest.json'),
    JSON.stringify({ version: '48.0.0', artifacts: { Bench: artifact } }),
  );
  await writeFile(path.join(assembly, 'Bench.template.json'), JSON.stringify(template(subject)));
  return assembly;
}

function template({ folder }: Subject) {
  const allow = (Action: string[], Resource: unknown) => ({ Effect: 'Allow', Action, Resource });
  return {
    Resources: {
      Ledger: {
        Type: 'AWS::DynamoDB::Table',
        Properties: {
          AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
          BillingMode: 'PAY_PER_REQUEST',
        },
      },
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: {
            Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
          },
          Policies: [
            {
              PolicyName: 'Bench',
              PolicyDocument: {
                Statement: [
                  allow(['dynamodb:PutItem', 'dynamodb:UpdateItem'], { 'Fn::GetAtt': ['Ledger', 'Arn'] }),
                  allow(['codepipeline:PutJobSuccessResult'], '*'),
                ],
              },
            },
          ],
        },
      },
      Gate: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          FunctionName: FUNCTION,
          Runtime: 'nodejs24.x',
          Handler: 'index.handler',
          Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
          Code: { S3Bucket: 'assets', S3Key: 'gate' },
          Timeout: 30,
          Environment: { Variables: { RINGBACK_LEDGER_TABLE: { Ref: 'Ledger' }, RINGBACK_LAST_RESORT: 'true' } },
        },
        Metadata: { 'aws:asset:path': folder, 'aws:asset:property': 'Code' },
      },
      MayInvoke: {
        Type: 'AWS::Lambda::Permission',
        Properties: {
          FunctionName: { Ref: 'Gate' },
          Action: 'lambda:InvokeFunction',
          Principal: 'codepipeline.amazonaws.com',
        },
      },
    },
  };
}
