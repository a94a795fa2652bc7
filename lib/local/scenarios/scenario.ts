import type { LocalCloud } from '../cloud.ts';
import type { Stub } from '../codepipeline/stubs/stub.ts';
import type { Deployment } from '../template/deployment.ts';

/** One thing that happens to a deployed app, played from outside, and what must come of it. */
export interface Scenario {
  /** Kebab-case, unique. */
  readonly name: string;
  /** The service whose callbacks it produces. */
  readonly service: string;
  /** One line for people. */
  readonly title: string;
  /** What stands for actions of pipelines while it plays, such as `CodeBuild=succeed`. @defaultValue none */
  readonly stubs?: readonly (Stub | string)[];
  /** Does it, and checks what came of it. @throws Error that says what was expected and what came */
  run(stage: Stage): Promise<Expectation | Skip>;
}

/** What a scenario has to work with. */
export interface Stage {
  readonly cloud: LocalCloud;
  readonly deployment: Deployment;
  /** For AWS SDK clients. */
  readonly client: {
    readonly region: string;
    readonly endpoint: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
    readonly forcePathStyle: true;
  };
  /** Aborts when the run is cut short. */
  readonly signal: AbortSignal;
}

/** What a scenario expects of the whole of its callbacks. */
export interface Expectation {
  /** How many callbacks must have been answered. */
  readonly expected: number;
}

/** Says why a scenario cannot run here. */
export interface Skip {
  readonly skipped: string;
}

/** What a scenario module exports: made when the cloud listens, before the app is deployed. */
export interface ScenarioSet {
  readonly scenarios: readonly Scenario[];
  /** Values of template parameters, by stack name. */
  readonly parameters?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** What stands for actions of pipelines in all of them. @defaultValue none */
  readonly stubs?: readonly (Stub | string)[];
  /** Ends what the set started. */
  close?(): Promise<void>;
}

/** The default export of a scenario module. */
export type PrepareScenarios = (cloud: LocalCloud) => ScenarioSet | Promise<ScenarioSet>;
