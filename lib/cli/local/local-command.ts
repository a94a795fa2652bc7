import type { Command } from '../command.ts';
import { LOCAL_HELP, readLocalOptions } from './local-options.ts';

/** `ringback local` */
export const localCommand: Command = {
  help: LOCAL_HELP,
  async run(args) {
    const options = readLocalOptions(args);
    // Loaded when the options are sound: nothing else of the command takes as long.
    const { runLocal } = await import('./run-local.ts');
    return runLocal(options);
  },
};
