import { complete, succeed } from 'ringback';
import { startBuild } from 'ringback/codebuild';
import { actionExecutor, defer, jobWorker, pipelineJob, thirdPartyJobWorker } from 'ringback/codepipeline';
import { resourceHook } from 'ringback/hooks';
import { lastResort } from 'ringback/last-resort';
import { createLocalCloud } from 'ringback/local';
import { parameterParser, provisioningEngine } from 'ringback/servicecatalog';
import { terraformEngine, terraformParameters } from 'ringback/terraform';
import { recordAnswers } from 'ringback/testing';
import { workflowStep } from 'ringback/transfer';
import * as z from 'zod';

const MINE = { category: 'Deploy', provider: 'Mine', version: '1' } as const;

/** What a project exports without a type of its own is written out by the compiler in the project's declarations. */
export const job = pipelineJob(() => undefined, { parameters: z.object({ url: z.url() }) });
export const worker = jobWorker(() => undefined, { actionType: MINE });
export const partner = thirdPartyJobWorker(() => undefined, { actionType: MINE, clientTokens: () => 'token' });
export const executor = actionExecutor(() => undefined);
export const step = workflowStep(() => undefined);
export const engine = provisioningEngine({ provision: () => {}, update: () => {}, terminate: () => {} });
export const parser = parameterParser(() => []);
export const terraform = [terraformEngine, terraformParameters] as const;
export const hook = resourceHook(() => undefined);
export const last = lastResort();
export const start = () => [createLocalCloud(), recordAnswers()] as const;
export const later = () => [defer({ within: { hours: 1 } }), startBuild, complete, succeed()] as const;
