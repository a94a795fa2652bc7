import { isDeepStrictEqual } from 'node:util';
import { CodePipelineClient, StartPipelineExecutionCommand } from '@aws-sdk/client-codepipeline';
import { jobCallback, jobResultApi } from '../../lib/codepipeline/result-api.ts';
import type { PlayRecord, RecordedCall } from './play-record.ts';
import type { LogicKind, Story } from './story.ts';

const SUCCESS = 'codepipeline:PutJobSuccessResult';
const FAILURE = 'codepipeline:PutJobFailureResult';

/** An answer, and what it must say. */
interface Expected {
  readonly action: typeof SUCCESS | typeof FAILURE;
  readonly variables?: Readonly<Record<string, string>>;
  readonly message?: RegExp;
  readonly continued?: boolean;
}

const fails = (message: RegExp): Expected => ({ action: FAILURE, message });
const succeeds = (variables?: Readonly<Record<string, string>>): Expected => ({
  action: SUCCESS,
  ...(variables === undefined ? {} : { variables }),
});
const continues: Expected = { action: SUCCESS, continued: true };

/** What each kind of logic must come to, job by job, where nothing goes wrong. */
const expectations: Readonly<Record<string, (ordinal: number, record: PlayRecord, answer: RecordedCall) => Expected>> =
  {
    succeeds: () => succeeds({ Answer: '42' }),
    'returns-nothing': () => succeeds(),
    fails: () => fails(/^the work cannot be done$/),
    throws: () => fails(/^no answer with the key \[withheld\]$/),
    'returns-nonsense': () => fails(/^the logic returned number 42/),
    oversized: () => fails(/130.?005 bytes together.*Large/),
    continues: (ordinal) => (ordinal === 1 ? continues : succeeds({ Run: '2' })),
    'continues-with-much': (ordinal) => (ordinal === 1 ? continues : succeeds({ Kept: 'true' })),
    'defers-then-completed': (ordinal, record, answer) => deferred(ordinal, record, answer),
    'defers-after-completed': (ordinal, record, answer) => deferred(ordinal, record, answer),
    'defers-for-ever': (ordinal, record, answer) => deferred(ordinal, record, answer),
    hangs: () => fails(/^did not end within|timed out|without a word/),
    blocks: () => fails(/timed out after 2 s|without a word/),
    'asks-again-once': () => succeeds({ Answer: '42' }),
    'asks-again-always': () => fails(/gave up: never, says \[withheld\] in 3 attempts/),
    'runs-out-of-memory': () => fails(/ran out of (time or )?memory/),
    'throws-astray': () => fails(/^thrown where nobody catches it$/),
    'never-loads': () => fails(/Broken.*the settings of this function are incomplete/),
  };

/** A deferred job is continued until an outcome stands in the entry that it waits on, and then answered with that. */
function deferred(ordinal: number, record: PlayRecord, answer: RecordedCall): Expected {
  const [first = ''] = record.callbackIds;
  const own = record.standing.get(`codepipeline#${first}`);
  if (ordinal === 1 && own?.kind === 'succeeded') return succeeds({ By: 'completer' });
  const arrived = record.standing.get(`codepipeline#${first}/deferred`);
  if (answer.input?.continuationToken !== undefined || arrived === undefined) return continues;
  return arrived.kind === 'succeeded' ? succeeds({ By: 'completer' }) : fails(/was left to somebody else/);
}

const answering: Pick<LogicKind, 'functions' | 'callFaults' | 'points'> = {
  functions: ['Plain', 'Again'],
  callFaults: true,
  points: 'all',
};

const kinds: readonly LogicKind[] = [
  { name: 'succeeds', ...answering, functions: ['Plain', 'Again', 'Long'], lastResort: 'every-point' },
  { name: 'returns-nothing', ...answering, functions: ['Plain'], callFaults: false, lastResort: 'none' },
  { name: 'fails', ...answering, lastResort: 'two-points' },
  { name: 'throws', ...answering, lastResort: 'two-points' },
  { name: 'returns-nonsense', ...answering, functions: ['Plain'], callFaults: false, lastResort: 'none' },
  { name: 'oversized', ...answering, functions: ['Plain'], callFaults: false, lastResort: 'none' },
  { name: 'continues', ...answering, lastResort: 'every-point' },
  { name: 'continues-with-much', ...answering, functions: ['Plain'], lastResort: 'two-points' },
  { name: 'defers-then-completed', ...answering, lastResort: 'two-points' },
  { name: 'defers-after-completed', ...answering, functions: ['Plain'], lastResort: 'none' },
  { name: 'defers-for-ever', ...answering, functions: ['Plain'], callFaults: false, lastResort: 'none' },
  { name: 'hangs', ...answering, functions: ['Brief', 'BriefAgain'], callFaults: false, lastResort: 'two-points' },
  { name: 'blocks', ...answering, functions: ['Brief'], callFaults: false, lastResort: 'none' },
  { name: 'asks-again-once', ...answering, lastResort: 'two-points' },
  { name: 'asks-again-always', ...answering, functions: ['Plain'], callFaults: false, lastResort: 'two-points' },
  {
    name: 'runs-out-of-memory',
    ...answering,
    functions: ['Small'],
    callFaults: false,
    points: 'none',
    lastResort: 'none',
  },
  { name: 'throws-astray', ...answering, functions: ['Plain'], callFaults: false, lastResort: 'none' },
  { name: 'never-loads', ...answering, functions: ['Broken'], callFaults: false, points: 'none', lastResort: 'none' },
];

/** The crash matrix of CodePipeline: whole pipelines with one Lambda action. */
export const pipelineStory: Story = {
  name: 'codepipeline',
  api: jobResultApi,
  kinds,
  answerActions: [SUCCESS, FAILURE],
  async deliver({ cloud, client, outputs }, play, kind, fn) {
    const name = outputs[`${fn}PipelineName`] ?? '';
    const variables = Object.entries({ play, kind }).map(([variable, value]) => ({ name: variable, value }));
    const sdk = new CodePipelineClient(client);
    const { pipelineExecutionId = '' } = await sdk.send(new StartPipelineExecutionCommand({ name, variables }));
    sdk.destroy();
    await cloud.codepipeline.waitForExecution(name, pipelineExecutionId);
  },
  read(event) {
    const job = (event as { 'CodePipeline.job'?: JobBody } | null)?.['CodePipeline.job'];
    if (job === undefined) return undefined;
    const { actionConfiguration, artifactCredentials } = job.data;
    const { play } = JSON.parse(actionConfiguration.configuration.UserParameters) as { play: string };
    return {
      play,
      callbackId: job.id,
      secrets: [artifactCredentials.secretAccessKey, artifactCredentials.sessionToken],
    };
  },
  callbackIdOf: (input) => (input as { jobId?: string }).jobId,
  callback: (id) => jobCallback(id, 'us-east-1'),
  isNominal(kind, ordinal, answer, record) {
    const expected = expectations[kind]?.(ordinal, record, answer);
    if (expected === undefined || expected.action !== answer.action) return false;
    const { outputVariables, failureDetails, continuationToken } = answer.input;
    if ((continuationToken !== undefined) !== (expected.continued ?? false)) return false;
    if (expected.message !== undefined && !expected.message.test(failureDetails?.message ?? '')) return false;
    return expected.variables === undefined || isDeepStrictEqual(outputVariables, expected.variables);
  },
};

interface JobBody {
  readonly id: string;
  readonly data: {
    readonly actionConfiguration: { readonly configuration: { readonly UserParameters: string } };
    readonly artifactCredentials: { readonly secretAccessKey: string; readonly sessionToken: string };
  };
}
