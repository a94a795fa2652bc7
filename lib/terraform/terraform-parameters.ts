import { rm } from 'node:fs/promises';
import path from 'node:path';
import { ConfigurationError } from '../core/errors.ts';
import type { ParserLogic, ProductParameter } from '../servicecatalog/index.ts';
import { defaultText } from './configuration/expression.ts';
import { ConfigurationFileError, readConfiguration } from './configuration/read-configuration.ts';
import { typeOf } from './configuration/type-of.ts';
import { LARGEST_ARTIFACT_BYTES } from './limits.ts';
import { makeWorkspace, unpackModule } from './workspace.ts';

/**
 * The logic of a parser whose artifacts are Terraform configurations: all variables, in the order of files and lines.
 *
 * @example export const handler = parameterParser(terraformParameters());
 */
export function terraformParameters(): ParserLogic {
  return async ({ artifact, signal }) => {
    const bytes = await artifact.bytes(LARGEST_ARTIFACT_BYTES);
    const folder = await makeWorkspace();
    try {
      const place = `s3://${artifact.bucket}/${artifact.key}`;
      return await readParameters(await unpackModule(bytes, path.join(folder, 'module'), place, signal));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
}

/** The parameters of the root module in a folder. @throws ConfigurationError when a file is broken */
export async function readParameters(folder: string): Promise<readonly ProductParameter[]> {
  const { variables } = await readConfiguration(folder).catch((error: unknown) => {
    throw error instanceof ConfigurationFileError ? new ConfigurationError(error.message, { cause: error }) : error;
  });
  return variables.map((variable) => ({
    key: variable.name,
    type: typeOf(variable),
    defaultValue: defaultText(variable.default),
    description: variable.description ?? '',
    isNoEcho: variable.sensitive,
  }));
}
