import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Stage } from '../../lib/local/scenarios/scenario.ts';
import { developerCall } from './developer-call.ts';

const STACK = 'RingbackHook';
const ALIAS = 'Ringback::Example::Rules';
const POLL_MS = 1_000;
const CLOUD_CONTROL = { service: 'cloudcontrolapi', targetPrefix: 'CloudApiService', jsonVersion: '1.0' } as const;

/** How a request of Cloud Control ended, and what its hook said. */
export interface HookedRequest {
  readonly status: string;
  readonly hookStatus: string | undefined;
  readonly hookMessage: string | undefined;
  /** What `GetHookResult` says of the first finding that failed. */
  readonly remediation: string | undefined;
}

/** Creates a bucket by Cloud Control, and waits for its end. */
export async function createBucket(stage: Stage, properties: object): Promise<HookedRequest> {
  const call = developerCall(stage, CLOUD_CONTROL);
  const created = await call('CreateResource', {
    TypeName: 'AWS::S3::Bucket',
    DesiredState: JSON.stringify(properties),
  });
  const { RequestToken } = created.ProgressEvent as { readonly RequestToken: string };
  for (;;) {
    const { ProgressEvent, HooksProgressEvent } = await call('GetResourceRequestStatus', { RequestToken });
    const { OperationStatus: status, HooksRequestToken } = ProgressEvent as Readonly<Record<string, string>>;
    if (status === 'SUCCESS' || status === 'FAILED') {
      const [hook] = (HooksProgressEvent ?? []) as Readonly<Record<string, string>>[];
      return {
        status,
        hookStatus: hook?.HookStatus,
        hookMessage: hook?.HookStatusMessage,
        remediation: await remediationOf(stage, HooksRequestToken ?? ''),
      };
    }
    await stage.cloud.clock.sleep(POLL_MS, stage.signal);
  }
}

async function remediationOf(stage: Stage, TargetId: string): Promise<string | undefined> {
  const listed = await query(stage, 'ListHookResults', { TargetType: 'CLOUD_CONTROL', TargetId });
  const HookResultId = textOf(listed, 'HookResultId');
  if (HookResultId === undefined) return undefined;
  return textOf(await query(stage, 'GetHookResult', { HookResultId }), 'RemediationMessage');
}

/** Calls CloudFormation, whose answers are XML. */
async function query({ client }: Stage, Action: string, input: Readonly<Record<string, string>>): Promise<string> {
  const scope = `${client.credentials.accessKeyId}/20260101/${client.region}/cloudformation/aws4_request`;
  const response = await fetch(client.endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=none`,
    },
    body: new URLSearchParams({ Action, ...input }).toString(),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${Action}: ${text}`);
  return text;
}

function textOf(xml: string, element: string): string | undefined {
  return new RegExp(`<${element}>([^<]*)</${element}>`).exec(xml)?.[1];
}

/** Registers the example's hook once more, as a deployment with another failure mode does. */
export async function setFailureMode({ cloud, deployment }: Stage, FailureMode: 'WARN' | 'FAIL'): Promise<void> {
  const { FunctionArn, HookRoleArn } = deployment.stacks.find(({ name }) => name === STACK)?.outputs ?? {};
  if (!FunctionArn || !HookRoleArn) throw new Error(`${STACK} lacks one of the outputs FunctionArn, HookRoleArn`);
  const assembly = mkdtempSync(path.join(tmpdir(), 'ringback-hook-'));
  const write = (name: string, content: object) => writeFileSync(path.join(assembly, name), JSON.stringify(content));
  const properties = { templateFile: 'hook.template.json' };
  try {
    write('manifest.json', {
      version: '48.0.0',
      artifacts: { [`${STACK}${FailureMode}`]: { type: 'aws:cloudformation:stack', properties } },
    });
    write('hook.template.json', {
      Resources: {
        Hook: {
          Type: 'AWS::CloudFormation::LambdaHook',
          Properties: {
            Alias: ALIAS,
            LambdaFunction: FunctionArn,
            ExecutionRole: HookRoleArn,
            FailureMode,
            HookStatus: 'ENABLED',
            TargetOperations: ['RESOURCE', 'CLOUD_CONTROL'],
            TargetFilters: { TargetNames: ['AWS::S3::*'] },
          },
        },
      },
    });
    await cloud.deploy({ assembly });
  } finally {
    rmSync(assembly, { recursive: true, force: true });
  }
}
