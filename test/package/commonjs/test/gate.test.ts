import { lambdaContext, pipelineJobEvent, type RecordingService, recordAnswers } from 'ringback/testing';
import { handler } from '../handlers/gate';

let service: RecordingService;
beforeEach(async () => {
  service = await recordAnswers();
});
afterEach(() => service.close());

test('answers', async () => {
  await handler(pipelineJobEvent(), lambdaContext());
  expect(service.answers).toMatchObject([
    { operation: 'PutJobSuccessResult', input: { outputVariables: { Well: 'yes' } } },
  ]);
});
