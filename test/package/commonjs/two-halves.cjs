/* Lets what one half of the package made go through the other, in one process, and prints what came of it. */
const root = require('ringback');
const { pipelineJob, succeed, continueAfter, defer } = require('ringback/codepipeline');
const { lambdaContext, pipelineJobEvent, recordAnswers } = require('ringback/testing');

async function main() {
  process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
  const other = {
    ...(await import('ringback')),
    ...(await import('ringback/codepipeline')),
  };
  const service = await recordAnswers();
  const waiting = async (halfThatDefers, halfThatCompletes) => {
    let callback;
    const handler = halfThatDefers.pipelineJob((job) => {
      callback = root.encodeCallback(job.callback);
      return halfThatCompletes.defer({ within: { hours: 1 } });
    });
    await handler(pipelineJobEvent(), lambdaContext());
    return (await halfThatCompletes.complete(callback, halfThatDefers.succeed())).state;
  };
  const commonJs = { ...root, pipelineJob, succeed, continueAfter, defer };
  const states = [await waiting(commonJs, other), await waiting(other, commonJs)];

  await other.pipelineJob(() => {
    throw new root.ConfigurationError('a setting is missing');
  })(pipelineJobEvent(), lambdaContext());
  await service.close();

  process.stdout.write(
    `${JSON.stringify({
      twoHalves: root.RetryableError !== other.RetryableError,
      oneRingback: require('ringback/infra').Ringback === (await import('ringback/infra')).Ringback,
      known: [root.isRingbackError(new other.RetryableError('a')), other.isRingbackError(new root.RetryableError('a'))],
      states,
      failureType: service.answers.at(-1)?.input.failureDetails?.type,
    })}\n`,
  );
}

void main();
