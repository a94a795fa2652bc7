import { afterAll, beforeAll, expect, it } from 'vitest';
import { type LedgerTable, startLedgerTable } from './ledger-table.ts';

let table: LedgerTable;
/** How many of the next writes are taken and then answered by a reset. */
let lost = 0;

beforeAll(async () => {
  table = await startLedgerTable();
  table.faults.after = () => (lost-- > 0 ? { kind: 'reset' } : undefined);
});
afterAll(() => table?.close());

function newEntry() {
  const ledger = table.ledger();
  const key = `codepipeline#${crypto.randomUUID()}`;
  const asked = { key, run: 1, ticket: { region: 'us-east-1', data: { jobId: 'x' } } };
  const take = (owner: string, leaseMs = 60_000) =>
    ledger.take(asked, { owner, requestId: 'r', until: Date.now() + leaseMs }, Date.now() + 5_000);
  return { take, giveBack: (owner: string) => ledger.giveBack(key, owner, {}, Date.now() + 5_000) };
}

it.each([0, 1, 2])('says that the earlier owner died when %i responses are lost on the way', async (losses) => {
  const { take } = newEntry();
  await take('dead', -1);
  lost = losses;
  expect(await take('heir')).toMatchObject({ kind: 'run', died: true });
});

it.each([0, 1, 2])('calls nobody dead who gave the entry back, with %i responses lost', async (losses) => {
  const { take, giveBack } = newEntry();
  await take('first');
  await giveBack('first');
  lost = losses;
  expect(await take('second')).toMatchObject({ kind: 'run', died: false });
});

it('lets one of twenty take over from the dead', async () => {
  const { take } = newEntry();
  await take('dead', -1);
  const found = await Promise.all(Array.from({ length: 20 }, (_, index) => take(`heir-${index}`)));
  expect(found.filter(({ kind }) => kind === 'run')).toMatchObject([{ kind: 'run', died: true }]);
  expect(found.filter(({ kind }) => kind === 'busy')).toHaveLength(19);
});
