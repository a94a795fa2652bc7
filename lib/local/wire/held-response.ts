import type { OutgoingHttpHeader, OutgoingHttpHeaders, ServerResponse } from 'node:http';

/**
 * Holds back the end of a response until `settle` has run, and its head until its first byte, so that the response
 * can still be replaced when all of it is known. A response that is already streaming keeps its head.
 */
export function holdResponse(response: ServerResponse, settle: () => Promise<'send' | 'drop'>): void {
  const { writeHead, write, flushHeaders, end } = response;

  /** From the first byte on Node writes the head itself, by these very methods. */
  function release(): void {
    Object.assign(response, { writeHead, write, flushHeaders });
  }

  response.writeHead = ((status: number, ...rest: readonly unknown[]) => {
    response.statusCode = status;
    if (typeof rest[0] === 'string') response.statusMessage = rest[0];
    setHeaders(response, rest.at(-1));
    return response;
  }) as typeof response.writeHead;

  response.write = ((...content: Parameters<typeof write>) => {
    release();
    return write.apply(response, content);
  }) as typeof response.write;

  response.flushHeaders = () => {
    release();
    flushHeaders.call(response);
  };

  response.end = ((...content: Parameters<typeof end>) => {
    release();
    response.end = end;
    // settle() never rejects: every failure becomes a decision on the response.
    void settle().then((verdict) => {
      if (verdict === 'send') end.apply(response, content);
    });
    return response;
  }) as typeof response.end;
}

function setHeaders(response: ServerResponse, headers: unknown): void {
  if (Array.isArray(headers)) {
    for (let index = 0; index + 1 < headers.length; index += 2) {
      response.appendHeader(String(headers[index]), headers[index + 1] as string);
    }
  } else if (typeof headers === 'object' && headers !== null) {
    for (const [name, value] of Object.entries(headers as OutgoingHttpHeaders)) {
      if (value !== undefined) response.setHeader(name, value as Exclude<OutgoingHttpHeader, undefined>);
    }
  }
}
