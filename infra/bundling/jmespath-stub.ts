import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';

/** The namespace of the stub among the inputs of a bundle. */
export const JMESPATH_STUB = 'jmespath-stub';
/** The files of Ringback that use Powertools' idempotency, and no expression. */
const LEDGER = fileURLToPath(new URL('../../lib/core/ledger/', import.meta.url));
const IN_IDEMPOTENCY = /[\\/]@aws-lambda-powertools[\\/]idempotency[\\/]/;

const CONTENTS = `
export class PowertoolsFunctions {}
export const search = () => {
  throw new Error('expressions of JMESPath are left out of this bundle');
};
`;

/** A plugin, and what it saw. */
export interface JmespathStub {
  readonly plugin: Plugin;
  /** Whether others than Ringback use Powertools' idempotency or JMESPath: expressions must then work. */
  isNeeded(): boolean;
}

/**
 * Puts a stub in the place of Powertools' JMESPath: idempotency imports it whatever it is used for, every cold start
 * evaluates its 24 KiB, and the ledger uses no expression.
 */
export function createJmespathStub(): JmespathStub {
  const ledger = realpathSync(LEDGER);
  let needed = false;
  const plugin: Plugin = {
    name: JMESPATH_STUB,
    setup(build) {
      build.onResolve({ filter: /^@aws-lambda-powertools\/(idempotency|jmespath)(\/|$)/ }, ({ path, importer }) => {
        const isOfIdempotency = IN_IDEMPOTENCY.test(importer);
        if (!isOfIdempotency && !importer.startsWith(ledger)) needed = true;
        return isOfIdempotency && path.includes('/jmespath')
          ? { path: 'jmespath', namespace: JMESPATH_STUB }
          : undefined;
      });
      build.onLoad({ filter: /.*/, namespace: JMESPATH_STUB }, () => ({ contents: CONTENTS, loader: 'js' }));
    },
  };
  return { plugin, isNeeded: () => needed };
}
