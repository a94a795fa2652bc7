import { Console } from 'node:console';
import type { Writable } from 'node:stream';
import { Logger } from '@aws-lambda-powertools/logger';
import { isError } from '../is-error.ts';
import { printable } from './printable.ts';
import { createRedactor, type Redactor } from './redactor.ts';
import { withholdOwn } from './withhold-credentials.ts';

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
 *
 * @param output - takes the lines in place of the process's own output
 */
export function createLog(output?: Writable): RedactedLog {
  const redactor = createRedactor();
  // A service that refuses a signature may quote what it was made with.
  withholdOwn(redactor, process.env);
  const logger = new Logger(process.env.POWERTOOLS_SERVICE_NAME ? {} : { serviceName: 'ringback' });
  // The logger has no option for it.
  if (output !== undefined) Reflect.set(logger, 'console', new Console(output));
  return { redactor, log: redactedLog((level, message, fields) => logger[level](message, fields), redactor) };
}

/** One line, all secrets withheld. */
export type WriteLine = (level: keyof Log, message: string, fields: Record<string, unknown>) => void;

/**
 * A log that withholds what the redactor knows before `write` sees it; to log never throws, whatever it is given. What is no
 * text or no object of fields, as JavaScript lets it be, is told all the same.
 */
export function redactedLog(write: WriteLine, { redact }: Redactor): Log {
  const at =
    (level: keyof Log) =>
    (message: unknown, fields: unknown = {}) =>
      write(level, textOf(message, redact), { ...(printable(fieldsOf(fields), redact) as object) });
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

function textOf(message: unknown, redact: Redactor['redact']): string {
  const shown = printable(typeof message === 'symbol' ? String(message) : message, redact);
  if (isError(shown)) return `${shown.name}: ${shown.message}`;
  return typeof shown === 'object' && shown !== null ? JSON.stringify(shown) : String(shown);
}

function fieldsOf(fields: unknown): object {
  if (isError(fields)) return { error: fields };
  if (fields === null) return {};
  return typeof fields === 'object' && !Array.isArray(fields) ? fields : { value: fields };
}
