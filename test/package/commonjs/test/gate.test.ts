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

test('answers under the fake timers of Jest, which stand in its sandbox alone', async () => {
  jest.useFakeTimers();
  try {
    await handler(pipelineJobEvent(), lambdaContext());
  } finally {
    jest.useRealTimers();
  }
  expect(service.answers).toHaveLength(1);
});
