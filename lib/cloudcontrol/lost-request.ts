import { findRequest } from './find-request.ts';
import { mayExist } from './read-resource.ts';
import { expired } from './request-failure.ts';
import { begun, done, operationOf, type RequestRun, type ResourceStep } from './request-run.ts';

/** Clocks differ by this much, in milliseconds. */
const CLOCK_SLACK_MS = 60_000;

/**
 * What comes of a request whose token Cloud Control does not know: it is looked for by what it is about. One that is not
 * found any more has expired, after 7 days (User Guide, "Managing resource operation requests").
 *
 * @throws ResourceRequestError when nobody can tell how it ended
 */
export async function lostRequest(run: RequestRun): Promise<ResourceStep> {
  const { plan, state, turn } = run;
  const { identifier, requestedAt = state.openedAt } = state;
  const operation = operationOf(run);
  const { typeName } = plan.place;
  const notBefore = requestedAt - CLOCK_SLACK_MS;
  const found = await findRequest(turn.client, { typeName, operation, identifier, notBefore });
  if (found !== undefined) return begun(run, found);
  if (identifier === undefined)
    throw expired(run, 'Cloud Control does not know the request, and no identifier was told');
  const isThere = await mayExist(turn, plan.place, identifier);
  if (operation === 'DELETE' && !isThere) return done(run, operation);
  throw expired(run, `Cloud Control does not know the request; the resource ${isThere ? 'exists' : 'does not exist'}`);
}
