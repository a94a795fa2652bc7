import path from 'node:path';
import { runCommand } from './run-command.ts';

/** A machine that knows nothing of this project: what its projects install comes from the registry that npm is set to. */
export interface StrangersMachine {
  /**
   * Installs packages into a project, with npm's options before them if need be.
   *
   * @throws Error with the command, and what it printed, when it fails or does not end in 8 minutes
   */
  install(folder: string, packages: string): Promise<string>;
  /**
   * Runs a command line in a project, with a folder of programs in front of the others where one is given.
   *
   * @throws Error with the command, and what it printed, when it fails or does not end in 5 minutes
   */
  run(folder: string, line: string, programs?: string): Promise<string>;
}

const root = path.join(import.meta.dirname, '../..');
/** What bounds a single answer of the registry is below; this bounds many slow ones. */
const INSTALL_LIMIT_MS = 480_000;
const RUN_LIMIT_MS = 300_000;

/**
 * npm as its user has set it, but with an end of waiting: by itself it waits five minutes for an answer, three times
 * over. The projects share one cache, so that each package is fetched once.
 */
const npmSettings = (cache: string) => ({
  npm_config_cache: cache,
  npm_config_prefer_offline: 'true',
  npm_config_fetch_timeout: '60000',
  npm_config_fetch_retries: '2',
  npm_config_fetch_retry_mintimeout: '1000',
  npm_config_fetch_retry_maxtimeout: '10000',
  npm_config_audit: 'false',
  npm_config_fund: 'false',
  npm_config_update_notifier: 'false',
});

/**
 * Makes a stranger's machine.
 *
 * @param cache - a folder for what npm fetches; made when it is not there
 */
export function createStrangersMachine(cache: string): StrangersMachine {
  const { PATH = '', HOME = '' } = process.env;
  // What this project has on its PATH no stranger has.
  const own = PATH.split(path.delimiter).filter((folder) => !folder.startsWith(root));
  const env = { ...npmSettings(cache), HOME, CI: '1', PATH: own.join(path.delimiter) };
  return {
    install: (cwd, packages) =>
      runCommand(`npm install --loglevel http ${packages}`, { cwd, env, limitMs: INSTALL_LIMIT_MS }),
    run: (cwd, line, programs) => {
      const front = programs === undefined ? [] : [programs];
      return runCommand(line, {
        cwd,
        env: { ...env, PATH: [...front, ...own].join(path.delimiter) },
        limitMs: RUN_LIMIT_MS,
      });
    },
  };
}
