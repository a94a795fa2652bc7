import type { Kernel } from '../../kernel/kernel.ts';
import type { ActionRun } from '../action-provider.ts';
import { zipFolder } from './zip-folder.ts';

/** The archive that a stub makes of a folder; one notice names what it could not take along. */
export async function archiveOf({ events }: Kernel, run: ActionRun, folder: string): Promise<Buffer> {
  const { archive, omitted } = await zipFolder(folder);
  if (omitted.length > 0) {
    const { stageName, action } = run.actionExecution;
    const more = omitted.length > NAMED ? ` and ${omitted.length - NAMED} more` : '';
    events.emit('notice', {
      message: `the artifacts of ${stageName}/${action.name} lack ${omitted.slice(0, NAMED).join(', ')}${more}: links to nothing or in a circle, pipes and sockets are left out`,
    });
  }
  return archive;
}

const NAMED = 5;
