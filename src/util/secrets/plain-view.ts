/**
 * A text without the changes that other programs made to it. Escapes of URLs (however often), of
 * JSON and of HTML are undone, blanks and line breaks are left out, and the two alphabets of base64
 * are one. Each character knows its position in the text.
 */
export interface PlainView {
  readonly length: number;
  readonly codes: Uint16Array;
  /** For each character, its start and its end in the text. */
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}

const [QUOTE, PERCENT, AMPERSAND, HYPHEN, UNDERSCORE, BACKSLASH] = [0x22, 0x25, 0x26, 0x2d, 0x5f, 0x5c];
const [PLUS, SLASH] = [0x2b, 0x2f];
const ESCAPE =
  /%(?:25)*([0-9a-f]{2})|\\+(?:u00([0-9a-f]{2})|x([0-9a-f]{2})|[nrt])?|&(?:amp;)*(?:#x([0-9a-f]{1,2})|#(\d{1,3})|(amp|lt|gt|quot|apos));/iy;
const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

export function plainView(text: string): PlainView {
  const codes = new Uint16Array(text.length);
  const starts = new Uint32Array(text.length);
  const ends = new Uint32Array(text.length);
  let length = 0;
  let start = 0;
  for (let at = 0; at < text.length;) {
    let code = text.charCodeAt(at);
    let end = at + 1;
    if (code === BACKSLASH && text.charCodeAt(end) === QUOTE) code = 0;
    else if (code === PERCENT || code === BACKSLASH || code === AMPERSAND) {
      ESCAPE.lastIndex = at;
      const escape = ESCAPE.exec(text);
      if (escape !== null) {
        code = meantBy(escape);
        end = ESCAPE.lastIndex;
      }
    }
    at = end;
    // Preceding text without a meaning of its own, such as a backslash, belongs to the next
    // character.
    if (code > 0x20 || code === 0) {
      if (code !== 0) {
        codes[length] = code === HYPHEN ? PLUS : code === UNDERSCORE ? SLASH : code;
        starts[length] = start;
        ends[length++] = end;
        start = end;
      }
    } else start = end;
  }
  return { length, codes, starts, ends };
}

/** 0 for an escape without a meaning of its own. */
function meantBy([, ofUrl, ofJson, ofScript, ofHtml, decimal, name]: RegExpExecArray): number {
  const digits = ofUrl ?? ofJson ?? ofScript ?? ofHtml;
  if (digits !== undefined) return parseInt(digits, 16);
  if (decimal !== undefined) return Number(decimal);
  return name === undefined ? 0 : (ENTITIES[name.toLowerCase()] ?? "").charCodeAt(0);
}

/** The view as a string. */
export function plainText({ codes, length }: PlainView): string {
  return Buffer.from(codes.buffer, 0, length * 2).toString("utf16le");
}
