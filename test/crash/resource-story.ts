import { isDeepStrictEqual } from 'node:util';
import { developerCall } from '../../infra/scenarios/developer-call.ts';
import { type ExpectedRequests, judgeRequests } from './judge-requests.ts';
import { brief, whole } from './logic-kinds.ts';
import { runPipeline } from './pipeline-executions.ts';
import { pipelineStory } from './pipeline-story.ts';
import { declareFollowers } from './resource-stack.ts';
import { nameOf, seeRequests } from './seen-request.ts';
import type { LogicKind, Story } from './story.ts';

/** How long a request takes, in simulated milliseconds. */
const SLOW_MS = 3_000;

/** What a kind of logic must come to where nothing goes wrong. */
interface Expected {
  readonly requests: ExpectedRequests;
  /** The operations that the variables of the job tell, or why it failed. */
  readonly answer: readonly (readonly string[])[] | RegExp;
}

const expectations: Readonly<Record<string, Expected>> = {
  creates: { requests: { 'CREATE AWS::SQS::Queue': true }, answer: [['CREATE']] },
  // Whoever died after it had asked, and comes again, may find the group made.
  ensures: { requests: { 'CREATE AWS::Logs::LogGroup': true }, answer: [['CREATE'], ['NONE']] },
  'makes-in-order': {
    requests: { 'CREATE AWS::SQS::Queue': true, 'CREATE AWS::SSM::Parameter': true },
    answer: [['CREATE', 'CREATE']],
  },
  deletes: {
    requests: { 'CREATE AWS::Logs::LogGroup': false, 'DELETE AWS::Logs::LogGroup': false },
    answer: [['CREATE', 'DELETE']],
  },
  'finds-it-there': { requests: { 'CREATE AWS::Logs::LogGroup': true }, answer: /AlreadyExists.*left as it is/ },
  'leaves-a-remnant': { requests: { 'CREATE AWS::Events::Rule': true }, answer: /NotStabilized.*-rule/ },
};

const once = { ...brief, functions: ['Again'] } as const;

const kinds: readonly LogicKind[] = [
  { name: 'creates', ...whole, functions: ['Again', 'Plain'] },
  { name: 'ensures', ...once },
  { name: 'makes-in-order', ...once },
  { name: 'deletes', ...once, deliveries: ['alone'] },
  { name: 'finds-it-there', ...once },
  { name: 'leaves-a-remnant', ...once, deliveries: ['alone'] },
];

/** The crash matrix of `follow`: jobs of pipelines that ask for resources, and come again until those are there. */
export const resourceStory: Story = {
  ...pipelineStory,
  name: 'cloudcontrol',
  kinds,
  declare: declareFollowers,
  connect(cloud) {
    // However slow the machine, who asks looks more than once.
    for (const operation of ['CREATE', 'DELETE']) {
      cloud.faults.add({ kind: 'handler-slow', operation, delayMs: SLOW_MS, times: Number.POSITIVE_INFINITY });
    }
    cloud.faults.add({
      kind: 'handler-error',
      typeName: 'AWS::Events::Rule',
      operation: 'CREATE',
      moment: 'after',
      errorCode: 'NotStabilized',
      times: Number.POSITIVE_INFINITY,
    });
    return {};
  },
  async deliver(stage, play, kind, fn) {
    if (kind === 'finds-it-there') {
      const call = developerCall(
        { client: { ...stage.client, forcePathStyle: true } },
        { service: 'logs', targetPrefix: 'Logs_20140328' },
      );
      await call('CreateLogGroup', { logGroupName: nameOf(play, 'group') });
    }
    await runPipeline(stage, fn, { play, kind });
  },
  read(event) {
    const read = pipelineStory.read(event);
    return read && { ...read, secrets: [...read.secrets, `hidden value of ${read.play}`] };
  },
  seeRequests,
  judge: (crashCase, record, found) =>
    judgeRequests(crashCase, record, expectations[crashCase.kind]?.requests ?? {}, found),
  runsLogic: () => true,
  isNominal(kind, _ordinal, { action, input }) {
    if (input.continuationToken !== undefined) return true;
    const { answer = [] } = expectations[kind] ?? {};
    if (answer instanceof RegExp) return answer.test(input.failureDetails?.message ?? '');
    const variables: Readonly<Record<string, string>> = input.outputVariables ?? {};
    const told = Object.keys(variables).filter((name) => name.startsWith('Operation'));
    const operations = told.sort().map((name) => variables[name]);
    return action.endsWith('SuccessResult') && answer.some((each) => isDeepStrictEqual(each, operations));
  },
};
