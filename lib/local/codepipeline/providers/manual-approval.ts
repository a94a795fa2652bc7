import type { Kernel } from '../../kernel/kernel.ts';
import type { ActionProvider } from '../action-provider.ts';
import type { Approvals } from '../approvals.ts';

/** How long an approval waits unless the action says otherwise (user guide, quotas: 7 days). */
export const APPROVAL_TIMEOUT_MS = 7 * 24 * 3_600_000;

/** The provider `AWS/Approval/Manual`: waits for PutApprovalResult. */
export function createManualApproval(kernel: Kernel, approvals: Approvals): ActionProvider {
  return (run) =>
    new Promise((resolve) => {
      const { actionExecution } = run;
      const minutes = actionExecution.action.timeoutInMinutes;
      const timer = kernel.clock.after(minutes === undefined ? APPROVAL_TIMEOUT_MS : minutes * 60_000, () => {
        release();
        resolve({ status: 'Failed', code: 'JobFailed', message: 'The approval was not decided before it timed out.' });
      });
      run.signal.addEventListener('abort', release, { once: true });
      const token = kernel.uuid();
      approvals.open(actionExecution, token, ({ status, summary, decidedBy }) => {
        release();
        run.update({ lastUpdatedBy: decidedBy, ...(summary === '' ? {} : { summary }) });
        if (status === 'Approved') resolve({ status: 'Succeeded' });
        else
          resolve({
            status: 'Failed',
            code: 'JobFailed',
            message: summary === '' ? 'Rejected' : `Rejected: ${summary}`,
          });
      });
      run.update({ token });

      function release(): void {
        timer.cancel();
        approvals.close(actionExecution);
        run.signal.removeEventListener('abort', release);
      }
    });
}
