import { detached } from "../values/detached";
import { metadataName } from "../values/metadata-names";
import { MalformedXml, unescapeXml } from "../xml";

const BLOB = "<Blob>";
const BLOB_END = "</Blob>";
const METADATA = "<Metadata>";
const METADATA_END = "</Metadata>";
const ELEMENT = /\s*<([\w.:-]+)(?:>([^<]*)<\/\1>|\s*\/>)/y;
const NOWHERE = Infinity;

/** One for all: a set has millions of blobs. */
export const NOTHING: Readonly<Record<string, string>> = Object.freeze({});

/**
 * Goes through the blobs of a listing's page. The names of metadata are chosen by whoever owns a blob, and can be those of any element of
 * the listing: so metadata is taken out, one element after the other, before anything is looked for.
 */
export class BlobsOfPage {
  /** Of the blob at hand. */
  begin = 0;
  end = 0;
  metadata = NOTHING;
  readonly #firstBegin: number;
  #nextBegin: number;
  #metadataBegin = -1;
  #metadataEnd = -1;

  constructor(private readonly xml: string) {
    this.#firstBegin = indexOf(xml, BLOB, 0);
    this.#nextBegin = this.#firstBegin;
  }

  /**
   * Goes to the next blob; false when there are no more.
   *
   * @throws MalformedXml for one that has no end
   */
  next(): boolean {
    const { xml } = this;
    const begin = this.#nextBegin;
    if (begin === NOWHERE) return false;
    if (this.#metadataBegin < begin) this.#metadataBegin = indexOf(xml, METADATA, begin);
    const from = begin + BLOB.length;
    const firstEnd = indexOf(xml, BLOB_END, from);
    const hasMetadata = this.#metadataBegin < firstEnd;
    this.metadata = NOTHING;
    if (hasMetadata) this.#takeMetadata(this.#metadataBegin + METADATA.length);
    else this.#metadataEnd = -1;
    const rest = hasMetadata ? this.#metadataEnd : from;
    this.begin = begin;
    this.end = hasMetadata ? indexOf(xml, BLOB_END, rest) : firstEnd;
    this.#nextBegin = indexOf(xml, BLOB, rest);
    const isCutOff = this.#nextBegin < this.end || (hasMetadata && indexOf(xml, BLOB, from) < this.#metadataBegin);
    if (this.end === NOWHERE || isCutOff) throw new MalformedXml("a blob in the answer has no end");
    return true;
  }

  /** What the service says of the blob at hand. */
  get own(): string {
    const { xml, begin, end } = this;
    if (this.#metadataEnd === -1) return xml.slice(begin + BLOB.length, end);
    return xml.slice(begin + BLOB.length, this.#metadataBegin) + xml.slice(this.#metadataEnd, end);
  }

  /** What there is besides the blobs, after the last of them. */
  get surroundings(): string {
    return this.#firstBegin === NOWHERE ? this.xml : this.xml.slice(0, this.#firstBegin) + this.xml.slice(this.end);
  }

  #takeMetadata(from: number): void {
    const { xml } = this;
    const pairs: [string, string][] = [];
    let end = from;
    ELEMENT.lastIndex = from;
    for (let found = ELEMENT.exec(xml); found !== null; found = ELEMENT.exec(xml)) {
      const [, name = "", value = ""] = found;
      pairs.push([detached(metadataName(name)), detached(unescapeXml(value))]);
      end = ELEMENT.lastIndex;
    }
    this.metadata = Object.fromEntries(pairs);
    this.#metadataEnd = indexOf(xml, METADATA_END, end) + METADATA_END.length;
  }
}

function indexOf(text: string, what: string, from: number): number {
  const index = text.indexOf(what, from);
  return index === -1 ? NOWHERE : index;
}
