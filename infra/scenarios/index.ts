import type { PrepareScenarios } from '../../lib/local/scenarios/scenario.ts';
import { buildScenarios } from './build-scenarios.ts';
import { chooseTerraform } from './chosen-terraform.ts';
import { cloudControlScenarios } from './cloudcontrol-scenarios.ts';
import { startHealthServer } from './health-server.ts';
import { hookScenarios } from './hook-scenarios.ts';
import { pipelineScenarios } from './pipeline-scenarios.ts';
import { releaseScenarios, releaseStubs } from './release-scenarios.ts';
import { serviceCatalogScenarios } from './servicecatalog-scenarios.ts';
import { terraformScenarios } from './terraform-scenarios.ts';
import { transferScenarios, withSftpServer } from './transfer-scenarios.ts';
import { connectPartner, workerScenarios } from './worker-scenarios.ts';

/** Prepares the scenarios of the example app. */
const prepare: PrepareScenarios = async (cloud) => {
  connectPartner(cloud);
  const forgetTerraform = await chooseTerraform();
  const health = await startHealthServer(() => cloud.clock.now());
  return {
    scenarios: [
      ...pipelineScenarios(health),
      ...releaseScenarios(health),
      ...workerScenarios,
      ...serviceCatalogScenarios,
      ...transferScenarios,
      ...hookScenarios,
      ...cloudControlScenarios,
      ...buildScenarios,
      ...terraformScenarios,
    ],
    stubs: releaseStubs,
    parameters: {
      RingbackPipeline: { GateUrl: health.url },
      RingbackRelease: { HealthUrl: health.url },
      RingbackTransfer: withSftpServer,
    },
    close: async () => {
      await forgetTerraform();
      await health.close();
    },
  };
};

export default prepare;
