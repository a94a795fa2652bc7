/** A program, an ES module, that hands a job to a bundled handler and ends by printing the operations that it answered with. */
export const answeringProgram = (bundle: string) => `
  import { lambdaContext, pipelineJobEvent, recordAnswers } from 'ringback/testing';
  const service = await recordAnswers();
  const bundle = await import('${bundle}');
  await (bundle.handler ?? bundle.default.handler)(pipelineJobEvent(), lambdaContext());
  console.log(JSON.stringify(service.answers.map(({ operation }) => operation)));
  await service.close();`;

/** What {@link answeringProgram} printed, among the handler's own log. */
export const operationsIn = (output: string): readonly string[] =>
  JSON.parse(output.split('\n').findLast((line) => line.startsWith('[')) ?? output);
