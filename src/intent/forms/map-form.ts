import { HEADER_TEXT, type TextForm } from "./text-form";

/** Names of the marks that the program sets, and treats as its own, in metadata and tags. */
export const RESERVED_NAME = /^blobcopy_/i;

export const TAG_TEXT = /^[A-Za-z0-9 +\-./:=_]*$/;
export const MAX_TAGS = 10;
export const MAX_TAG_NAME = 128;
export const MAX_TAG_VALUE = 256;

export const METADATA_NAME = /^[A-Za-z_]\w*$/;
export const MAX_METADATA_BYTES = 8192;

/** Form of every name and every value of a map. */
export interface EachForm {
  readonly name?: TextForm;
  readonly value: TextForm;
  /** Maximum number of names. */
  readonly most?: number;
  /** Maximum number of bytes of all names and values. */
  readonly bytes?: number;
}

const LETTERS = "letters, digits, spaces and + - . / : = _";

export const OF_TAGS: EachForm = {
  name: {
    pattern: { test: (text) => TAG_TEXT.test(text) && text !== "" && text.length <= MAX_TAG_NAME && !RESERVED_NAME.test(text) },
    otherwise: `is not a name of a tag: 1 to ${MAX_TAG_NAME} ${LETTERS}, not beginning with blobcopy_`,
  },
  value: {
    pattern: { test: (text) => TAG_TEXT.test(text) && text.length <= MAX_TAG_VALUE },
    otherwise: `is not a value of a tag: up to ${MAX_TAG_VALUE} ${LETTERS}`,
  },
  most: MAX_TAGS,
};

export const OF_METADATA: EachForm = {
  name: {
    pattern: { test: (text) => METADATA_NAME.test(text) && !RESERVED_NAME.test(text) },
    otherwise: "is not a name of metadata: letters, digits and _, not beginning with a digit or with blobcopy_",
  },
  value: HEADER_TEXT,
  bytes: MAX_METADATA_BYTES,
};

const MAX_TAGS_HEADER = 2_048;

/**
 * The service limits `x-ms-tags` to 2 KiB, less than ten tags of full length need. Larger tags are
 * set after the copy.
 */
export function tagsFitTheHeader(tags: Readonly<Record<string, string>> = {}): boolean {
  const header = Object.entries(tags).map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`);
  return header.join("&").length <= MAX_TAGS_HEADER;
}
