/** The bare logic of the gate, nobody answered: what `fetch` costs on top of the runtime. */
export async function handler(event: {
  readonly 'CodePipeline.job': {
    readonly data: { readonly actionConfiguration: { readonly configuration: { readonly UserParameters: string } } };
  };
}): Promise<number> {
  const { configuration } = event['CodePipeline.job'].data.actionConfiguration;
  const response = await fetch((JSON.parse(configuration.UserParameters) as { url: string }).url);
  await response.body?.cancel();
  return response.status;
}
