/** Fills `{Config:name}` and `{ExternalExecutionId}` of a URL template; what is unknown stays as it is written. */
export function fillUrl(
  template: string,
  configuration: Readonly<Record<string, string>>,
  externalExecutionId?: string,
): string {
  return template.replace(/\{(?:Config:([^{}]+)|ExternalExecutionId)\}/g, (whole, name: string | undefined) => {
    const value = name === undefined ? externalExecutionId : configuration[name];
    return value === undefined ? whole : value;
  });
}
