/** Lines of a written test: a `pipeline` that records what it is told, a new one for each test. */
export const recordedPipeline = `
let pipeline: RecordingService;

beforeEach(async () => {
  pipeline = await recordAnswers();
});
afterEach(async () => {
  vi.unstubAllGlobals();
  await pipeline.close();
});
`.trim();
