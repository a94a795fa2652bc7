import { createLocalCloud } from 'ringback/local';

test('the local cloud runs', async () => {
  const cloud = await createLocalCloud();
  expect(cloud.endpoint).toMatch(/^http:/);
  await cloud.stop();
});
