import { continueFrom, lambdaContext, pipelineJobEvent, recordAnswers } from 'ringback/testing';
import { expect, it } from 'vitest';
import { handler } from './apply-log-group.ts';

it('creates the log group, and tells the pipeline', async () => {
  const pipeline = await recordAnswers();
  const event = pipelineJobEvent({ parameters: { name: 'orders' } });
  await handler(event, lambdaContext());
  pipeline.advance({ minutes: 1 });
  await handler(continueFrom(pipeline.answers.at(-1), event), lambdaContext());
  expect(pipeline.answers.at(-1)?.input.outputVariables.Operation).toBe('CREATE');
  expect(pipeline.resources[0]?.properties).toEqual({ LogGroupName: 'orders', RetentionInDays: 30 });
  await pipeline.close();
});
