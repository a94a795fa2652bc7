/*
 * Calls each function of the package's entries once, as a project's functions do, and prints what was answered. It is
 * JavaScript: the oldest Node that the package promises strips no types.
 */
import * as root from 'ringback';
import * as codepipeline from 'ringback/codepipeline';
import * as hooks from 'ringback/hooks';
import * as infra from 'ringback/infra';
import * as lastResorts from 'ringback/last-resort';
import * as local from 'ringback/local';
import * as servicecatalog from 'ringback/servicecatalog';
import * as testing from 'ringback/testing';
import * as transfer from 'ringback/transfer';

process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
const called = new Set();

/** An entry's exports, each noted when it is used. */
function watch(entry) {
  const get = (exports, name) => {
    called.add(exports[name]);
    return exports[name];
  };
  return new Proxy({ ...entry }, { get });
}

const { complete, encodeCallback, decodeCallback, isRingbackError, RingbackError } = watch(root);
const { pipelineJob, jobWorker, thirdPartyJobWorker, actionExecutor, succeed, defer, continueAfter } =
  watch(codepipeline);
const { lambdaContext, recordAnswers, pipelineJobEvent, workerJobEvent, executorJobEvent } = watch(testing);
const { workflowStepEvent, operationEvent, operationMessage, parameterParserEvent, polledJob, fakeTime } =
  watch(testing);
const { workflowStep } = watch(transfer);
const { provisioningEngine, parameterParser } = watch(servicecatalog);
const { resourceHook } = watch(hooks);
const { lastResort } = watch(lastResorts);

const service = await recordAnswers();
const actionType = { category: 'Test', provider: 'Every' };
const context = () => lambdaContext();

await pipelineJob((job) => succeed({ variables: { Run: String(job.run ?? 1) } }))(pipelineJobEvent(), context());
await jobWorker(() => succeed(), { actionType })(workerJobEvent(), context());
const clientTokens = () => 'token';
await thirdPartyJobWorker(() => succeed(), { actionType, clientTokens })(
  workerJobEvent({ clientToken: 'token' }),
  context(),
);
await actionExecutor(() => succeed())(executorJobEvent(), context());
await workflowStep(() => transfer.succeed())(workflowStepEvent(), context());
const engine = { provision: () => servicecatalog.succeed(), update: () => undefined, terminate: () => undefined };
await provisioningEngine(engine)(operationEvent(operationMessage()), context());
const { hookStatus } = await resourceHook(() => hooks.succeed())(testing.resourceHookEvent(), context());
if (hookStatus !== 'SUCCESS') throw new Error(`the hook says ${hookStatus}`);
await parameterParser(() => [{ key: 'Name' }])(parameterParserEvent(), context());

const failed = pipelineJobEvent({ id: '11111111-2222-4333-8444-555555555555' });
const record = {
  requestContext: { requestId: 'a', functionArn: 'arn:aws:lambda:us-east-1:1:function:f', approximateInvokeCount: 3 },
  requestPayload: failed,
  responsePayload: { errorType: 'Error', errorMessage: 'it died' },
};
const attributes = { ApproximateReceiveCount: '1' };
await lastResort()({ Records: [{ messageId: 'a', body: JSON.stringify(record), attributes }] }, context());

let callback;
const deferred = pipelineJobEvent({ id: '11111111-2222-4333-8444-666666666666' });
await pipelineJob((job) => {
  callback = decodeCallback(encodeCallback(job.callback));
  return defer({ within: { hours: 1 } });
})(deferred, context());
const completion = await complete(callback, root.succeed());
if (completion.state !== 'waiting') throw new Error(`complete says ${completion.state}`);
if (isRingbackError(new Error()) || typeof RingbackError !== 'function')
  throw new Error('an error is taken for another');
polledJob();
fakeTime();
continueAfter({ seconds: 1 }, 1);
await service.close();

const cloud = await watch(local).createLocalCloud();
await cloud.stop();
watch(infra).Ringback;

/** The functions that make a handler, which must all have been called. */
const makers = [codepipeline, transfer, servicecatalog, hooks, lastResorts].flatMap((entry) =>
  Object.entries(entry).filter(
    ([name, value]) => typeof value === 'function' && /^[a-z]/.test(name) && value.length > 0 && !called.has(value),
  ),
);
const known = new Set(['fail', 'succeed', 'defer', 'continueAfter', 'verdict', 'isWorkflowStepEvent']);
process.stdout.write(
  `${JSON.stringify({
    version: process.version,
    answers: service.answers.map(({ operation }) => operation),
    untouched: makers.map(([name]) => name).filter((name) => !known.has(name)),
  })}\n`,
);
