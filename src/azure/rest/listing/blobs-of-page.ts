import { detached } from "../values/detached";
import { metadataName } from "../values/metadata-names";
import { MalformedXml, unescapeXml } from "../xml";

const BLOB = "<Blob>";
const BLOB_END = "</Blob>";
const METADATA = "<Metadata>";
const METADATA_END = "</Metadata>";
const ELEMENT = /\s*<([\w.:-]+)(?:>([^<]*)<\/\1>|\s*\/>)/y;
const NOWHERE = Infinity;

/** One object for all blobs, because a set has millions of them. */
export const NOTHING: Readonly<Record<string, string>> = Object.freeze({});

/**
 * Goes through the blobs of a listing's page. The owner of a blob chooses the names of its
 * metadata, which can be those of any element of the listing. So metadata is taken out, element by
 * element, before anything else is searched for.
 */
export class BlobsOfPage {
  /** Positions and metadata of the current blob. */
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
   * Goes to the next blob; returns false after the last one.
   *
   * @throws MalformedXml for a blob without an end
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

  /** The XML of the current blob, without its metadata. */
  get own(): string {
    const { xml, begin, end } = this;
    if (this.#metadataEnd === -1) return xml.slice(begin + BLOB.length, end);
    return xml.slice(begin + BLOB.length, this.#metadataBegin) + xml.slice(this.#metadataEnd, end);
  }

  /** The XML around the blobs. To be read after the last of them. */
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
