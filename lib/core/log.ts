import { Logger } from '@aws-lambda-powertools/logger';
import { createRedactor, type Redactor } from './redact.ts';

/** Structured log lines; what the redactor knows is withheld from all of them. */
export interface Log {
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void;
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** A log and the redactor that it obeys. */
export interface RedactedLog {
  readonly log: Log;
  readonly redactor: Redactor;
}

/**
 * Creates the log of one process on Powertools' logger: JSON lines, level by `POWERTOOLS_LOG_LEVEL` or Lambda's own
 * setting, `service` by `POWERTOOLS_SERVICE_NAME`.
 */
export function createLog(): RedactedLog {
  const redactor = createRedactor();
  const logger = new Logger({
    ...(process.env.POWERTOOLS_SERVICE_NAME ? {} : { serviceName: 'ringback' }),
    jsonReplacerFn: (key, value) => redactor.replacer(key, value),
  });
  const write =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}) =>
      logger[level](message, { ...fields });
  return {
    redactor,
    log: { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') },
  };
}
