import { provisioningEngine, succeed } from 'ringback/servicecatalog';
import { expectAnswered, lambdaContext, operationEvent, recordAnswers } from 'ringback/testing';
import { expect, it, onTestFinished, vi } from 'vitest';

it('an event of no operation in particular has one', async () => {
  vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT');
  onTestFinished(() => void vi.unstubAllEnvs());
  await using service = await recordAnswers();
  const done = () => succeed();
  const handler = provisioningEngine({ provision: done, update: done, terminate: done });
  await handler(operationEvent(), lambdaContext());
  expect(expectAnswered(service, 'succeeded').operation).toBe('NotifyProvisionProductEngineWorkflowResult');
});
