import { recogniseStep, stepService } from '../../lib/transfer/result-api.ts';
import { isWorkflowStepEvent } from '../../lib/transfer/step-event.ts';
import { judgeNotices } from './judge-notices.ts';
import { brief, whole } from './logic-kinds.ts';
import type { LogicKind, Story } from './story.ts';
import { declareWorkflows } from './transfer-stack.ts';

const ANSWER = 'transfer:SendWorkflowStepState';
const ORIGIN = { region: 'us-east-1', functionName: undefined };
/** A workflow takes one new execution a second beyond its burst. */
const THROTTLED_FOR_MS = 60_000;

/** What each kind of logic must come to where nothing goes wrong: a success with this summary, or why it failed. */
const expectations: Readonly<Record<string, string | RegExp>> = {
  succeeds: 'done',
  'returns-nothing': '',
  fails: /^the work cannot be done$/,
  throws: /^no answer with the key \[withheld\]$/,
  'returns-nonsense': /^the logic returned number 42/,
  continues: 'run 2',
  'continues-with-much': 'kept true',
  'defers-then-completed': 'by the completer',
  'defers-then-refused': /^the completer refuses$/,
  'defers-after-completed': 'by the completer',
  'defers-for-ever': /was left to somebody else/,
  hangs: /^did not end within|timed out|without a word/,
  'asks-again-once': 'done',
  'asks-again-always': /gave up: never, says \[withheld\] in 3 attempts/,
  'succeeds-on-efs': 'done',
  'throws-on-efs': /^no answer with the key \[withheld\]$/,
  'never-loads': /Broken.*the settings of this function are incomplete/,
};

const kinds: readonly LogicKind[] = [
  { name: 'succeeds', ...whole, functions: ['Plain', 'Again', 'Long'], lastResort: 'every-point' },
  { name: 'returns-nothing', ...brief },
  { name: 'fails', ...whole, functions: ['Plain'] },
  { name: 'throws', ...brief },
  { name: 'returns-nonsense', ...brief },
  { name: 'continues', ...whole, lastResort: 'every-point' },
  { name: 'continues-with-much', ...whole, functions: ['Plain'] },
  { name: 'defers-then-completed', ...whole },
  { name: 'defers-then-refused', ...whole, functions: ['Plain'] },
  { name: 'defers-after-completed', ...brief, deliveries: whole.deliveries },
  { name: 'defers-for-ever', ...whole, functions: ['Plain'] },
  { name: 'hangs', ...brief, functions: ['Brief', 'BriefAgain'], lastResort: 'two-points' },
  { name: 'asks-again-once', ...whole },
  { name: 'asks-again-always', ...brief, lastResort: 'two-points' },
  { name: 'succeeds-on-efs', ...brief },
  { name: 'throws-on-efs', ...brief, lastResort: 'two-points' },
  { name: 'never-loads', ...brief, functions: ['Broken'] },
];

/** The crash matrix of Transfer Family: workflows of one custom step. */
export const transferStory: Story = {
  name: 'transfer',
  service: stepService,
  kinds,
  answerActions: [ANSWER],
  declare: declareWorkflows,
  completion: { summary: 'by the completer' },
  prepare: async () => ({}),
  async deliver({ cloud, client, outputs }, play, kind, fn) {
    const workflowId = outputs[`${fn}WorkflowId`] ?? '';
    const object = { bucket: outputs.UploadsBucket ?? '', key: `${play}/${kind}` };
    const isOnEfs = kind.endsWith('-on-efs');
    const file = isOnEfs ? { fileSystemId: 'fs-0123456789abcdef0', path: `/${play}/${kind}` } : object;
    const developer = cloud.identity.principalOf(client.credentials.accessKeyId);
    if (!isOnEfs) cloud.objects.put(developer, object.bucket, object.key, Buffer.from('content'));
    const upload = () => cloud.transfer.upload({ workflowId, executionRole: outputs[`${fn}WorkflowRole`] ?? '', file });
    for (;;) {
      try {
        await cloud.transfer.waitForExecution(workflowId, upload());
        return;
      } catch (error) {
        if ((error as { code?: string }).code !== 'ThrottlingException') throw error;
        await cloud.clock.sleep(THROTTLED_FOR_MS);
      }
    }
  },
  read(event) {
    if (!isWorkflowStepEvent(event)) return undefined;
    const { key = '', path = key } = (event.fileLocation ?? {}) as { key?: string; path?: string };
    const [play = ''] = path.replace(/^\//, '').split('/');
    return { play, recognised: recogniseStep(event, ORIGIN), secrets: [event.token] };
  },
  callbackIdOf(input) {
    const { Token: token, ExecutionId: executionId = '', WorkflowId: workflowId = '' } = input as Answer;
    if (token === undefined) return undefined;
    return recogniseStep({ token, serviceMetadata: { executionDetails: { workflowId, executionId } } }, ORIGIN).id;
  },
  isPutOff: () => false,
  judge: judgeNotices,
  runsLogic: (kind, run) => run === 1 || !kind.startsWith('defers-'),
  isNominal(kind, _ordinal, { callbackId, input }, record) {
    const expected = expectations[kind];
    const standing = record.standing.get(`transfer#${callbackId}`);
    if (standing?.kind === 'failed') {
      return input.Status === 'FAILURE' && expected instanceof RegExp && expected.test(standing.reason);
    }
    return input.Status === 'SUCCESS' && (standing?.details.summary ?? '') === expected;
  },
};

interface Answer {
  readonly Token?: string;
  readonly ExecutionId?: string;
  readonly WorkflowId?: string;
}
