/**
 * The regular expression of a glob pattern: `*` is any text without `/`, `**` any text, `?` one character, `{a,b}`
 * either, `[abc]` one of these.
 */
export function gitGlob(pattern: string): RegExp {
  let source = '';
  let braces = 0;
  for (let index = 0; index < pattern.length; index++) {
    const character = pattern.charAt(index);
    if (character === '*' && pattern.charAt(index + 1) === '*') {
      index++;
      // `**/x` is also `x` itself.
      if (pattern.charAt(index + 1) === '/') {
        index++;
        source += '(?:.*/)?';
      } else source += '.*';
    } else if (character === '*') source += '[^/]*';
    else if (character === '?') source += '[^/]';
    else if (character === '{') {
      braces++;
      source += '(?:';
    } else if (character === '}' && braces > 0) {
      braces--;
      source += ')';
    } else if (character === ',' && braces > 0) source += '|';
    else if (character === '[' && pattern.indexOf(']', index) > index) {
      const end = pattern.indexOf(']', index);
      source += `[${pattern
        .slice(index + 1, end)
        .replaceAll('\\', '\\\\')
        .replace(/^!/, '^')}]`;
      index = end;
    } else source += character.replace(/[.+^$()|\\{}[\]]/, String.raw`\$&`);
  }
  try {
    return new RegExp(`^${source}${')'.repeat(braces)}$`, 'su');
  } catch {
    // A class such as [z-a], which matches nothing.
    return /(?!)/;
  }
}
