import type { Stage } from '../../lib/local/scenarios/scenario.ts';

/** How an SDK's client reaches a stage, with the credentials of a developer. */
export type StageClient = Omit<Stage['client'], 'forcePathStyle'>;
