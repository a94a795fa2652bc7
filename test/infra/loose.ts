import { App, Stack } from 'aws-cdk-lib';
import { PipelineJobFunction } from '../../infra/index.ts';
import { gateEntry, temporaryFolder } from './fixture.ts';

/** Constructs as JavaScript sees them: any argument may be missing or of another kind. */
export type Loose = new (scope: unknown, id: string, props?: object | null) => Record<string, unknown>;

/** An app that bundles nothing. */
export const app = () =>
  new App({
    outdir: temporaryFolder(),
    builtinCloudFormationValidation: false,
    context: { 'aws:cdk:bundling-stacks': [] },
  });
/** A stack, in an app of its own where none is given. */
export const stackOf = (id: string, env = {}, within: App = app()) => new Stack(within, id, { env });
/** A function with properties of any kind. */
export const gate = (scope: Stack, props: object = {}, id = 'Gate') =>
  new (PipelineJobFunction as unknown as Loose)(scope, id, { entry: gateEntry, ...props });
