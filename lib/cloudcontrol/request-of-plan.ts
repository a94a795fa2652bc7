import { AwsCallError } from '../aws/index.ts';
import { beginRequest } from './begin-request.ts';
import { lookAtRequest } from './look-at-request.ts';
import { cancelled, unended } from './request-failure.ts';
import type { RequestPlan } from './request-plan.ts';
import { cancelling, type RequestRun, type ResourceStep } from './request-run.ts';
import { newRequestState, readRequestState } from './request-state.ts';
import type { ResourceRequest } from './resource-request.ts';

/**
 * No request takes longer, in hours: the session of its service role ends after 36 (Cloud Control API User Guide,
 * "Resource operations"); one more for the way.
 */
const LONGEST_REQUEST_HOURS = 37;

/** Makes a plan a request that goes step by step: ask, look until it has ended, ask anew where that helps. */
export function requestOfPlan(plan: RequestPlan): ResourceRequest {
  return {
    title: plan.title,
    async advance(turn) {
      const state = readRequestState(turn.state) ?? newRequestState(turn.time.now());
      const run = { plan, state, turn };
      if (turn.isAborted && state.isCancelling !== true) return cancel(run);
      if (turn.time.now() - state.openedAt > LONGEST_REQUEST_HOURS * 3_600_000)
        throw unended(run, LONGEST_REQUEST_HOURS);
      return state.requestToken === undefined ? beginRequest(run) : lookAtRequest(run);
    },
  };
}

async function cancel(run: RequestRun): Promise<ResourceStep> {
  const { requestToken } = run.state;
  if (requestToken === undefined) throw cancelled(run);
  try {
    await run.turn.client.call('CancelResourceRequest', { RequestToken: requestToken });
  } catch (error) {
    // It is refused where the request has ended already; a look tells how.
    if (!(error instanceof AwsCallError)) throw error;
  }
  return cancelling(run);
}
