import { isDeepStrictEqual } from 'node:util';
import { CodePipelineClient, StartPipelineExecutionCommand } from '@aws-sdk/client-codepipeline';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { jobCallback, jobResultApi } from '../../lib/codepipeline/result-api.ts';
import { deliveries } from './crash-case.ts';
import { declarePipelines, SOURCE_KEY } from './pipeline-stack.ts';
import type { PlayRecord, RecordedCall } from './play-record.ts';
import type { LogicKind, Story } from './story.ts';

const SUCCESS = 'codepipeline:PutJobSuccessResult';
const FAILURE = 'codepipeline:PutJobFailureResult';
/** An empty zip archive. */
const SOURCE = Buffer.from('504b0506000000000000000000000000000000000000', 'hex');

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
    blocks: () => fails(/timed out after 2 s|without a word|^did not end within/),
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

/** A kind of logic whose every call is struck, in both choices of what becomes of a crash. */
const whole = {
  functions: ['Plain', 'Again'],
  deliveries,
  callFaults: true,
  points: 'all',
  lastResort: 'two-points',
} as const satisfies Omit<LogicKind, 'name'>;
/** One whose way through the toolkit differs from another's in its decision alone. */
const brief = {
  ...whole,
  functions: ['Plain'],
  deliveries: ['alone', 'doubled'],
  callFaults: false,
  lastResort: 'none',
} as const satisfies Omit<LogicKind, 'name'>;

const kinds: readonly LogicKind[] = [
  { name: 'succeeds', ...whole, functions: ['Plain', 'Again', 'Long'], lastResort: 'every-point' },
  { name: 'returns-nothing', ...brief },
  { name: 'fails', ...whole },
  { name: 'throws', ...whole },
  { name: 'returns-nonsense', ...brief },
  { name: 'oversized', ...brief },
  { name: 'continues', ...whole, lastResort: 'every-point' },
  { name: 'continues-with-much', ...whole, functions: ['Plain'] },
  { name: 'defers-then-completed', ...whole },
  { name: 'defers-after-completed', ...brief, deliveries },
  { name: 'defers-for-ever', ...brief },
  { name: 'hangs', ...brief, functions: ['Brief', 'BriefAgain'], lastResort: 'two-points' },
  { name: 'blocks', ...brief, functions: ['Brief'] },
  { name: 'asks-again-once', ...whole },
  { name: 'asks-again-always', ...brief, lastResort: 'two-points' },
  { name: 'runs-out-of-memory', ...brief, functions: ['Small'], points: 'none' },
  { name: 'throws-astray', ...brief },
  { name: 'never-loads', ...brief, functions: ['Broken'], points: 'none' },
];

/** The crash matrix of CodePipeline: whole pipelines with one Lambda action. */
export const pipelineStory: Story = {
  name: 'codepipeline',
  api: jobResultApi,
  kinds,
  answerActions: [SUCCESS, FAILURE],
  declare: declarePipelines,
  completion: { variables: { By: 'completer' } },
  async prepare({ client, outputs }) {
    const s3 = new S3Client({ ...client, forcePathStyle: true });
    await s3.send(new PutObjectCommand({ Bucket: outputs.SourceBucket, Key: SOURCE_KEY, Body: SOURCE }));
    s3.destroy();
    return {};
  },
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
      callback: jobCallback(job.id, 'us-east-1'),
      secrets: [artifactCredentials.secretAccessKey, artifactCredentials.sessionToken],
    };
  },
  callbackIdOf: (input) => (input as { jobId?: string }).jobId,
  runsLogic: (kind, ordinal) => ordinal === 1 || !kind.startsWith('defers-'),
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
