import type * as Http from 'node:http';

/**
 * Node's HTTP servers. Taken by process.getBuiltinModule: an import of `node:http` in an ES module would evaluate getters that
 * load undici, some 60 ms of a processor.
 */
export const { createServer }: typeof Http = process.getBuiltinModule('node:http');
