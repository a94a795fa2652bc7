/** Lines of a written test: a `pipeline` that records what it is told, a new one for each test. */
export const recordedPipeline = `
const { fetch } = globalThis;
let pipeline: RecordingService;

beforeEach(async () => {
  pipeline = await recordAnswers();
});
afterEach(async () => {
  globalThis.fetch = fetch;
  await pipeline.close();
});
`.trim();
