import { invalid, list, type RawMembers, required } from './raw-members.ts';

/**
 * A configuration in the API's form: templates write booleans, numbers and objects where the API wants text.
 *
 * @throws AwsError naming a key without a value
 */
export function parseConfiguration(configuration: RawMembers, owner: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(configuration).map(([key, value]) => {
      if (value === undefined || value === null) {
        throw invalid(`${owner}: the configuration value of ${key} is missing: give it a value or leave it out`);
      }
      return [key, typeof value === 'object' ? JSON.stringify(value) : String(value)];
    }),
  );
}

/** The names of artifacts that an action or a rule takes or gives. @throws AwsError naming what is wrong */
export function artifactNames(action: RawMembers, member: string, owner: string): readonly { readonly name: string }[] {
  return list(action, member, owner).map((artifact) => ({ name: required(artifact, 'Name', `${owner}.${member}`) }));
}
