import { Console } from 'node:console';
import type { Writable } from 'node:stream';
import { Logger } from '@aws-lambda-powertools/logger';
import { isError } from '../is-error.ts';
import { plainLines } from './plain-lines.ts';
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
 * setting, `service` by `POWERTOOLS_SERVICE_NAME`. Where that logger refuses a setting, or throws, its lines are written
 * without it: no line is worth an answer.
 *
 * @param output - takes the lines in place of the process's own output
 */
export function createLog(output?: Writable): RedactedLog {
  const redactor = createRedactor();
  // A service that refuses a signature may quote what it was made with.
  withholdOwn(redactor, process.env);
  return { redactor, log: redactedLog(loggerLines(output), redactor) };
}

function loggerLines(output: Writable | undefined): WriteLine {
  const writePlain = plainLines(output);
  let logger: Logger;
  try {
    logger = openLogger(output);
  } catch (error) {
    // Such as POWERTOOLS_LOGGER_SAMPLE_RATE=often.
    const { message } = error as Error;
    writePlain(
      'warn',
      `the log is written from INFO on and without its settings, one of which is wrong: ${message}`,
      {},
    );
    return writePlain;
  }
  return (level, message, fields) => {
    try {
      logger[level](message, fields);
    } catch {
      writePlain(level, message, fields);
    }
  };
}

/** @throws Error where a setting of the environment is none that it takes */
function openLogger(output: Writable | undefined): Logger {
  const logger = new Logger(process.env.POWERTOOLS_SERVICE_NAME ? {} : { serviceName: 'ringback' });
  // The logger has no option for it.
  if (output !== undefined) Reflect.set(logger, 'console', new Console(output));
  return logger;
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
