const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  // Parsers take a bare one for a line feed.
  '\r': '&#13;',
};

/** Text that may stand between tags: markup is escaped, and what XML 1.0 cannot hold becomes U+FFFD. */
export function escapeXml(text: string): string {
  return text
    .replace(/[&<>"'\r]/g, (character) => ESCAPES[character] ?? character)
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd');
}

/** What an element may hold: text, a number, elements by name, or nothing. */
export type XmlContent = string | number | undefined | { readonly [name: string]: XmlContent };

/** One element with its content; members that are `undefined` are left out. */
export function xmlElement(name: string, content: XmlContent, attributes = ''): string {
  return `<${name}${attributes}>${inner(content)}</${name}>`;
}

function inner(content: XmlContent): string {
  if (content === undefined) return '';
  if (typeof content === 'object') {
    return Object.entries(content)
      .map(([name, value]) => (value === undefined ? '' : xmlElement(name, value)))
      .join('');
  }
  return escapeXml(String(content));
}
