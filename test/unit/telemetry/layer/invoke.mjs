/* Invokes a bundle once, as the runtime of Lambda does, and prints the spans that came of it. */
const { event, context } = JSON.parse(process.env.INVOCATION);
const { handler } = await import(process.env.BUNDLE);
await handler(event, { ...context, getRemainingTimeInMillis: () => 30_000 });
process.stdout.write(`\n${JSON.stringify(globalThis.finishedSpans())}\n`);
