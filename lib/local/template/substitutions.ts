/** A piece of the text of `Fn::Sub`. */
export type Substitution =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'variable';
      /** What stands between the braces. */
      readonly name: string;
      /** The part before the first dot. */
      readonly logicalId: string;
      /** The part behind the first dot, where there is one. */
      readonly attribute?: string;
    };

/**
 * Takes the text of `Fn::Sub` apart. `${!Literal}` gives the text `${Literal}`; braces that hold no name that
 * CloudFormation allows stay text.
 */
export function substitutions(text: string): Substitution[] {
  const parts: Substitution[] = [];
  let end = 0;
  for (const match of text.matchAll(/\$\{(!?)\s*([^{}]*?)\s*\}/g)) {
    const [whole, literal, name = ''] = match;
    if (literal === '' && !/^[\w.:]+$/.test(name)) continue;
    parts.push({ kind: 'text', text: text.slice(end, match.index) });
    parts.push(literal === '' ? variable(name) : { kind: 'text', text: whole.replace('!', '') });
    end = match.index + whole.length;
  }
  parts.push({ kind: 'text', text: text.slice(end) });
  return parts.filter((part) => part.kind === 'variable' || part.text !== '');
}

function variable(name: string): Substitution {
  const dot = name.indexOf('.');
  if (dot === -1) return { kind: 'variable', name, logicalId: name };
  return { kind: 'variable', name, logicalId: name.slice(0, dot), attribute: name.slice(dot + 1) };
}
