import { isDeepStrictEqual } from 'node:util';
import { newToken, serviceCatalogClient } from '../../infra/scenarios/service-catalog-client.ts';
import { isAnswerable, readOperationMessage } from '../../lib/servicecatalog/operation-message.ts';
import { operationService, recogniseOperation } from '../../lib/servicecatalog/result-api.ts';
import { createProducts } from './catalog-products.ts';
import { BROKEN_ENGINES, declareBrokenEngines, declareEngines, ENGINES } from './catalog-stack.ts';
import { brief, deadly, whole as everywhere } from './logic-kinds.ts';
import { repeatMessage } from './repeat-message.ts';
import type { LogicKind, Story } from './story.ts';

const PROVISIONED = 'servicecatalog:NotifyProvisionProductEngineWorkflowResult';
const UPDATED = 'servicecatalog:NotifyUpdateProvisionedProductEngineWorkflowResult';
const TERMINATED = 'servicecatalog:NotifyTerminateProvisionedProductEngineWorkflowResult';

/** An answer, and what it must say. */
interface Expected {
  readonly action: typeof PROVISIONED | typeof UPDATED | typeof TERMINATED;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly reason?: RegExp;
}

const succeeds = (outputs: Readonly<Record<string, string>> = {}): Expected => ({ action: PROVISIONED, outputs });
const fails = (reason: RegExp): Expected => ({ action: PROVISIONED, reason });

/** What each kind of logic must come to, operation by operation, where nothing goes wrong. */
const expectations: Readonly<Record<string, (ordinal: number) => Expected>> = {
  succeeds: () => succeeds({ Answer: '42' }),
  terminates: (ordinal) => (ordinal === 1 ? succeeds({ Answer: '42' }) : { action: TERMINATED, outputs: {} }),
  updates: (ordinal) => ({ ...succeeds({ Answer: '42' }), ...(ordinal === 1 ? {} : { action: UPDATED }) }),
  'update-fails': (ordinal) =>
    ordinal === 1
      ? succeeds({ Answer: '42' })
      : { action: UPDATED, outputs: {}, reason: /^the update cannot be done with the key \[withheld\]$/ },
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
  'never-loads': () => fails(/failed on it again and again/),
};

/** There are two engines only that load. */
const whole = { ...everywhere, functions: ['Plain', 'BriefAgain'] } as const;

const kinds: readonly LogicKind[] = [
  { name: 'succeeds', ...whole, lastResort: 'every-point' },
  { name: 'terminates', ...brief, deliveries: ['alone'] },
  { name: 'updates', ...brief, functions: ['Plain', 'BriefAgain'], lastResort: 'two-points' },
  { name: 'update-fails', ...brief, deliveries: ['alone'] },
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
  service: operationService,
  kinds,
  isQueued: true,
  answerActions: [PROVISIONED, UPDATED, TERMINATED],
  declare: declareEngines,
  completion: { outputs: { By: 'completer' } },
  prepare: (stage) => createProducts(stage, ENGINES),
  async deliver(stage, play, kind, fn, delivery = 'alone') {
    const { cloud, client, outputs } = stage;
    const call = serviceCatalogClient({ client: { ...client, forcePathStyle: true } });
    repeatMessage(stage, play, delivery, 'servicecatalog.amazonaws.com');
    const ended = async (operation: string, input: object) => {
      const { RecordDetail: record } = await call(operation, { ProvisionedProductName: play, ...input });
      await cloud.servicecatalog.waitForRecord((record as { RecordId: string }).RecordId);
    };
    const parameters = () =>
      Object.entries({ kind, password: `password-${newToken()}` }).map(([Key, Value]) => ({ Key, Value }));
    await ended('ProvisionProduct', {
      ProductId: outputs[`${fn}Product`],
      ProvisioningArtifactId: outputs[`${fn}Version`],
      ProvisioningParameters: parameters(),
      ProvisionToken: newToken(),
    });
    if (kind.startsWith('update')) {
      await ended('UpdateProvisionedProduct', { ProvisioningParameters: parameters(), UpdateToken: newToken() });
    }
    if (kind === 'terminates') await ended('TerminateProvisionedProduct', { TerminateToken: newToken() });
  },
  read(event) {
    if (!isAnswerable(event)) return undefined;
    const message = readOperationMessage(event);
    const { token, provisionedProductName: play, parameters } = message;
    const recognised = recogniseOperation(message, 'us-east-1');
    return { play, recognised, secrets: [token, parameters.password ?? ''] };
  },
  callbackIdOf: (input) => (input as { RecordId?: string }).RecordId,
  isPutOff: () => false,
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

/** The same with an engine whose module fails to load. */
export const brokenOperationStory: Story = {
  ...operationStory,
  name: 'servicecatalog-broken',
  kinds: [{ name: 'never-loads', ...deadly, functions: ['Broken'] }],
  declare: declareBrokenEngines,
  prepare: (stage) => createProducts(stage, BROKEN_ENGINES),
};

interface Output {
  readonly OutputKey: string;
  readonly OutputValue: string;
}
