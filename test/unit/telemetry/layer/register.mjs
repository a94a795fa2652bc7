/* What a layer for OpenTelemetry does before a function loads: a loader, a provider, and a wrapped handler. */
import { register } from 'node:module';
import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { Hook } from 'import-in-the-middle';

register('import-in-the-middle/hook.mjs', import.meta.url);

const exporter = new InMemorySpanExporter();
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
globalThis.finishedSpans = () =>
  exporter.getFinishedSpans().map((span) => ({
    name: span.name,
    id: span.spanContext().spanId,
    parent: span.parentSpanContext?.spanId,
    decision: span.attributes['ringback.decision'],
  }));

new Hook([process.env.BUNDLE], (exports) => {
  const { handler } = exports;
  exports.handler = (event, lambda) =>
    trace.getTracer('layer').startActiveSpan(lambda.functionName, async (span) => {
      try {
        return await handler(event, lambda);
      } finally {
        span.end();
      }
    });
});
