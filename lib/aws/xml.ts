const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
const LAST_CODE_POINT = 0x10ffff;

/** The text of the first element of a name that holds text alone, its entities resolved. */
export function xmlText(xml: string, name: string): string | undefined {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return text?.replace(/&(?:#x([\da-f]{1,6})|#(\d{1,7})|(lt|gt|amp|quot|apos));/gi, (entity, hex, decimal, known) => {
    if (known !== undefined) return ENTITIES[String(known).toLowerCase()] ?? entity;
    const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return point <= LAST_CODE_POINT ? String.fromCodePoint(point) : entity;
  });
}

/** The members of the first list of a name, each as XML; members that hold lists themselves are not told apart. */
export function xmlMembers(xml: string, name: string): readonly string[] {
  const list = new RegExp(`<${name}>(.*?)</${name}>`, 's').exec(xml)?.[1] ?? '';
  return [...list.matchAll(/<member>(.*?)<\/member>/gs)].map(([, member = '']) => member);
}
