import { isDeepStrictEqual } from 'node:util';
import { newToken, serviceCatalogClient } from '../../infra/scenarios/service-catalog-client.ts';
import { isAnswerable, readOperationMessage } from '../../lib/servicecatalog/operation-message.ts';
import { operationCallback, operationResultApi } from '../../lib/servicecatalog/result-api.ts';
import { createProducts } from './catalog-products.ts';
import { declareEngines } from './catalog-stack.ts';
import { brief, whole as everywhere } from './logic-kinds.ts';
import { repeatMessage } from './repeat-message.ts';
import type { LogicKind, Story } from './story.ts';

const PROVISIONED = 'servicecatalog:NotifyProvisionProductEngineWorkflowResult';
const TERMINATED = 'servicecatalog:NotifyTerminateProvisionedProductEngineWorkflowResult';

/** An answer, and what it must say. */
interface Expected {
  readonly action: typeof PROVISIONED | typeof TERMINATED;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly reason?: RegExp;
}

const succeeds = (outputs: Readonly<Record<string, string>> = {}): Expected => ({ action: PROVISIONED, outputs });
const fails = (reason: RegExp): Expected => ({ action: PROVISIONED, reason });

/** What each kind of logic must come to, operation by operation, where nothing goes wrong. */
const expectations: Readonly<Record<string, (ordinal: number) => Expected>> = {
  succeeds: () => succeeds({ Answer: '42' }),
  terminates: (ordinal) => (ordinal === 1 ? succeeds({ Answer: '42' }) : { action: TERMINATED, outputs: {} }),
  'returns-nothing': () => succeeds(),
  fails: () => ({ ...fails(/^the work cannot be done$/), outputs: { Left: 'behind' } }),
  throws: () => fails(/^no answer with the key \[withheld\]$/),
  'returns-nonsense': () => fails(/^the logic returned number 42/),
  continues: () => succeeds({ Run: '2' }),
  'defers-then-completed': () => succeeds({ By: 'completer' }),
  'defers-after-completed': () => succeeds({ By: 'completer' }),
  'defers-for-ever': () => fails(/was left to somebody else/),
  hangs: () => fails(/^did not end within|timed out|without a word/),
  'asks-again-once': () => succeeds({ Answer: '42' }),
  'asks-again-always': () => fails(/failed on it again and again/),
};

/** There are two engines only. */
const whole = { ...everywhere, functions: ['Plain', 'BriefAgain'] } as const;

const kinds: readonly LogicKind[] = [
  { name: 'succeeds', ...whole, lastResort: 'every-point' },
  { name: 'terminates', ...brief, deliveries: ['alone'] },
  { name: 'returns-nothing', ...brief },
  { name: 'fails', ...whole, functions: ['Plain'] },
  { name: 'throws', ...brief },
  { name: 'returns-nonsense', ...brief },
  { name: 'continues', ...whole, lastResort: 'every-point' },
  { name: 'defers-then-completed', ...whole, functions: ['Plain'] },
  { name: 'defers-after-completed', ...brief, deliveries: whole.deliveries },
  { name: 'defers-for-ever', ...whole, functions: ['Plain'] },
  { name: 'hangs', ...brief, functions: ['BriefAgain'], lastResort: 'two-points' },
  { name: 'asks-again-once', ...whole, functions: ['Plain'] },
  { name: 'asks-again-always', ...brief, lastResort: 'two-points' },
];

/** The crash matrix of Service Catalog: products that engines provision and terminate. */
export const operationStory: Story = {
  name: 'servicecatalog',
  api: operationResultApi,
  kinds,
  answerActions: [PROVISIONED, TERMINATED],
  declare: declareEngines,
  completion: { outputs: { By: 'completer' } },
  prepare: createProducts,
  async deliver(stage, play, kind, fn, delivery = 'alone') {
    const { cloud, client, outputs } = stage;
    const call = serviceCatalogClient({ client: { ...client, forcePathStyle: true } });
    repeatMessage(stage, play, delivery, 'servicecatalog.amazonaws.com');
    const ended = async (operation: string, input: object) => {
      const { RecordDetail: record } = await call(operation, { ProvisionedProductName: play, ...input });
      await cloud.servicecatalog.waitForRecord((record as { RecordId: string }).RecordId);
    };
    await ended('ProvisionProduct', {
      ProductId: outputs[`${fn}Product`],
      ProvisioningArtifactId: outputs[`${fn}Version`],
      ProvisioningParameters: Object.entries({ kind, password: `password-${newToken()}` }).map(([Key, Value]) => ({
        Key,
        Value,
      })),
      ProvisionToken: newToken(),
    });
    if (kind === 'terminates') await ended('TerminateProvisionedProduct', { TerminateToken: newToken() });
  },
  read(event) {
    if (!isAnswerable(event)) return undefined;
    const message = readOperationMessage(event);
    const { token, provisionedProductName: play, parameters } = message;
    return { play, callback: operationCallback(message, 'us-east-1'), secrets: [token, parameters.password ?? ''] };
  },
  callbackIdOf: (input) => (input as { RecordId?: string }).RecordId,
  runsLogic: (kind, run) => run === 1 || !kind.startsWith('defers-'),
  isNominal(kind, ordinal, { action, input }) {
    const expected = expectations[kind]?.(ordinal);
    if (expected === undefined || expected.action !== action) return false;
    const outputs: readonly Output[] = input.Outputs ?? [];
    const told = Object.fromEntries(outputs.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
    if (!isDeepStrictEqual(told, { ...expected.outputs })) return false;
    return expected.reason === undefined
      ? input.Status === 'SUCCEEDED'
      : input.Status === 'FAILED' && expected.reason.test(input.FailureReason);
  },
};

interface Output {
  readonly OutputKey: string;
  readonly OutputValue: string;
}
