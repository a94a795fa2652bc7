import { fileURLToPath } from 'node:url';
import { callJson, createConnection } from '../../lib/aws/index.ts';
import type { LocalCloud } from '../../lib/local/index.ts';
import { startJourney } from '../journeys/journey.ts';
import { declareRace } from '../journeys/race-stack.ts';
import { environmentOf, startPipeline } from '../journeys/worker-cloud.ts';
import { median } from './median.ts';

const SUBJECT = fileURLToPath(new URL('worker-subject.ts', import.meta.url));
/** How often the clock wakes a worker, in milliseconds. */
const PERIOD_MS = 60_000;
/** A job that waits longer than this was forgotten, in simulated milliseconds. */
const PATIENCE_MS = 5 * PERIOD_MS;

/** From the start of an action to the first line of user logic, in milliseconds of simulated time. */
export interface WakeUpTimes {
  /** Woken by the event, its processes started for it. */
  readonly eventCold: number;
  /** Woken by the event, its processes warm. */
  readonly event: number;
  /** Woken by the clock alone; the actions start at moments spread over its minute. */
  readonly schedule: number;
}

/** Measures how long a job waits for its worker. The cloud's clock is fast only while no function runs. */
export async function measureWakeUp(rounds: number): Promise<WakeUpTimes> {
  const { cloud, output, close } = await startJourney('Race', declareRace(SUBJECT), { speed: 60 });
  try {
    const name = output('PipelineName');
    const eventCold = await startToLogic(cloud, name);
    const byEvent: number[] = [];
    for (let round = 0; round < rounds; round++) byEvent.push(await startToLogic(cloud, name));
    await switchEventsOff(cloud);
    const bySchedule: number[] = [];
    for (let round = 0; round < rounds; round++) {
      // The job before this one began right after the clock rang.
      await cloud.clock.sleep((PERIOD_MS * (round + 0.5)) / rounds);
      bySchedule.push(await startToLogic(cloud, name));
    }
    return { eventCold, event: median(byEvent), schedule: median(bySchedule) };
  } finally {
    await close();
  }
}

/** Starts one execution and waits until its job is through. */
async function startToLogic(cloud: LocalCloud, name: string): Promise<number> {
  const { clock, events } = cloud;
  const answered = Promise.withResolvers<void>();
  let startedAt = Number.NaN;
  let begunAt = Number.NaN;
  const stops = [
    events.on('state', ({ resource, state }) => {
      if (resource.endsWith('/Work/Job') && state === 'STARTED') startedAt = clock.now();
    }),
    events.on('log', ({ line }) => {
      if (line.startsWith('begun ')) begunAt = clock.now();
    }),
    events.on('answer', () => answered.resolve()),
  ];
  const late = clock.after(PATIENCE_MS, () => answered.reject(new Error(`no worker took the job of ${name}`)));
  try {
    await Promise.all([startPipeline(cloud, name, 1), answered.promise]);
    return begunAt - startedAt;
  } finally {
    late.cancel();
    for (const stop of stops) stop();
  }
}

/** Disables the rule that wakes the worker by events, so that the clock alone does. */
async function switchEventsOff(cloud: LocalCloud): Promise<void> {
  const connection = createConnection({ env: environmentOf(cloud) });
  const api = { service: 'events', targetPrefix: 'AWSEvents', jsonVersion: '1.1' } as const;
  const { Rules } = (await callJson(connection, api, 'ListRules', {})) as {
    Rules: { Name: string; EventPattern?: string }[];
  };
  for (const { Name, EventPattern } of Rules) {
    if (EventPattern !== undefined) await callJson(connection, api, 'DisableRule', { Name });
  }
}
