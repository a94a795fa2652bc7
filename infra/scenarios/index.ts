import type { PrepareScenarios } from '../../lib/local/scenarios/scenario.ts';
import { startHealthServer } from './health-server.ts';
import { pipelineScenarios } from './pipeline-scenarios.ts';

/** Prepares the scenarios of the example app. */
const prepare: PrepareScenarios = async (cloud) => {
  const health = await startHealthServer(() => cloud.clock.now());
  return {
    scenarios: pipelineScenarios(health),
    parameters: { RingbackPipeline: { GateUrl: health.url } },
    close: () => health.close(),
  };
};

export default prepare;
