import { isUtf8 } from 'node:buffer';
import { crc32 } from 'node:zlib';

/** The characters of code page 437 from 0x80 on, which the format takes names for that are not UTF-8. */
const CP437 =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀' +
  'αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0';

/** The extra field "Info-ZIP Unicode Path". */
const UNICODE_PATH = 0x7075;

/** One extra field of an entry. */
export interface ExtraField {
  readonly id: number;
  readonly data: Buffer;
}

/** Takes extra fields apart. What cannot be one at the end is padding that some writers leave. */
export function extraFieldsOf(bytes: Buffer): ExtraField[] {
  const fields: ExtraField[] = [];
  for (let start = 0; start + 4 <= bytes.length; ) {
    const end = start + 4 + bytes.readUInt16LE(start + 2);
    if (end > bytes.length) break;
    fields.push({ id: bytes.readUInt16LE(start), data: bytes.subarray(start + 4, end) });
    start = end;
  }
  return fields;
}

/**
 * Reads an entry's name. Most Unix programs write UTF-8 without the flag for it, so bytes that are valid UTF-8 are taken
 * for that; all others for code page 437.
 */
export function zipNameOf(raw: Buffer, extraFields: readonly ExtraField[]): string {
  return unicodePath(raw, extraFields) ?? zipTextOf(raw);
}

/** Reads what writers encode as they encode names: the names themselves, and where links lead. */
export function zipTextOf(raw: Buffer): string {
  return isUtf8(raw) ? raw.toString('utf8') : cp437(raw);
}

/** The name from the extra field, as long as that still belongs to the name in the header. */
function unicodePath(raw: Buffer, extraFields: readonly ExtraField[]): string | undefined {
  const data = extraFields.find(({ id }) => id === UNICODE_PATH)?.data;
  if (data === undefined || data.length < 6 || data[0] !== 1 || data.readUInt32LE(1) !== crc32(raw)) return undefined;
  const name = data.subarray(5);
  return isUtf8(name) ? name.toString('utf8') : undefined;
}

function cp437(raw: Buffer): string {
  return Array.from(raw, (byte) => (byte < 0x80 ? String.fromCharCode(byte) : CP437[byte - 0x80])).join('');
}
