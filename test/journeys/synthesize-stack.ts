import { App, CfnOutput, Stack } from 'aws-cdk-lib';

/** Fills a stack, and names what is needed to play it. */
export type DeclareStack = (stack: Stack) => Readonly<Record<string, string>>;

/** Synthesizes an app with one stack, what `declare` returns as its outputs. @returns the cloud assembly's folder */
export function synthesizeStack(folder: string, name: string, declare: DeclareStack): string {
  const app = new App({ analyticsReporting: false, builtinCloudFormationValidation: false, outdir: folder });
  const stack = new Stack(app, name);
  for (const [output, value] of Object.entries(declare(stack))) new CfnOutput(stack, output, { value });
  return app.synth().directory;
}
