export { createLocalCloud, type DeployRequest, type LocalCloud } from './cloud.ts';
export type { LocalCloudOptions } from './cloud-options.ts';
export { parseStub } from './codepipeline/stubs/parse-stub.ts';
export type { FailingStub, RunningStub, Stub, SucceedingStub } from './codepipeline/stubs/stub.ts';
export { StubSpecError } from './codepipeline/stubs/stub.ts';
export type { GitPullRequest, GitPush, StartedExecution } from './codepipeline/triggers/git-event.ts';
export type { CallFault, Fault, FaultInjection, HandlerFault, InvocationFault, ProcessFault } from './faults/index.ts';
export { FaultSpecError, parseFault } from './faults/index.ts';
export { AwsError } from './kernel/aws-error.ts';
export type { Clock, Timer } from './kernel/clock.ts';
export type { CloudEventName, CloudEvents, CloudWatcher, EventStream, OwedAnswer } from './kernel/events.ts';
export type {
  Expectation,
  PrepareScenarios,
  Scenario,
  ScenarioSet,
  Skip,
  Stage,
} from './scenarios/scenario.ts';
export type { SimulatedService } from './simulated-service.ts';
export type { Deployment } from './template/deployment.ts';
export type { Interception, Interceptor, WireCall, WireResult } from './wire/interceptor.ts';
