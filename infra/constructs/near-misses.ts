import { Annotations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Warns of properties that are almost the names of others: the CDK ignores what it does not know, and from JavaScript
 * nothing says so. A warning and no error, since an object of properties may hold members of its owner's.
 */
export function warnOfNearMisses(scope: IConstruct, where: string, props: object, names: readonly string[]): void {
  for (const given of Object.keys(props).filter((name) => !names.includes(name))) {
    const meant = names.find((name) => isNear(given, name));
    if (meant === undefined) continue;
    Annotations.of(scope).addWarningV2(
      'ringback:misspelt-property',
      `${where} is given ${given}, which it does not know: did you mean ${meant}?`,
    );
  }
}

/** Another case, a beginning, or one letter that is missing, too many, wrong, or has changed places with the next. */
function isNear(given: string, name: string): boolean {
  const [one, two] = [given.toLowerCase(), name.toLowerCase()];
  if (one === two || (one.length >= 5 && two.startsWith(one))) return true;
  if (one.length < 4) return false;
  const same = [...one].findIndex((letter, index) => letter !== two[index]);
  const from = same === -1 ? one.length : same;
  const rest = (text: string, skipped: number) => text.slice(from + skipped);
  const swapped = `${one[from + 1] ?? ''}${one[from] ?? ''}${rest(one, 2)}`;
  return [
    rest(one, 1) === rest(two, 1),
    rest(one, 0) === rest(two, 1),
    rest(one, 1) === rest(two, 0),
    swapped === rest(two, 0),
  ].some(Boolean);
}
