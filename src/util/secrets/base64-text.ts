const [FIRST, LAST] = [0x20, 0x7e];
/** Base64 has groups of four characters, and preceding characters may be part of the same run. */
const ALIGNMENTS = 4;

/** Value of each base64 character; -1 for any other character. */
const VALUES = Int8Array.from({ length: 128 }, (_, code) =>
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".indexOf(String.fromCharCode(code)),
);

/**
 * Whether some of the characters are base64 of a text, and not of bytes, with at least this length.
 * It makes no strings, because all output passes through here.
 */
export function holdsBase64Text(codes: Uint16Array, length: number, least: number): boolean {
  for (let start = 0; start < ALIGNMENTS; start++) {
    let printable = 0;
    for (let at = start; at + 1 < length; at += ALIGNMENTS) {
      const [a, b, c, d] = [valueOf(codes[at]), valueOf(codes[at + 1]), valueOf(codes[at + 2]), valueOf(codes[at + 3])];
      printable = isText((a << 2) | (b >> 4), a, b) ? printable + 1 : 0;
      if (printable >= least) return true;
      printable = isText(((b & 15) << 4) | (c >> 2), b, c) ? printable + 1 : 0;
      if (printable >= least) return true;
      printable = isText(((c & 3) << 6) | d, c, d) ? printable + 1 : 0;
      if (printable >= least) return true;
    }
  }
  return false;
}

function isText(byte: number, one: number, other: number): boolean {
  return one >= 0 && other >= 0 && byte >= FIRST && byte <= LAST;
}

function valueOf(code = -1): number {
  return VALUES[code] ?? -1;
}
