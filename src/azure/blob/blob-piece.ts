import { type HttpAnswer, notOfTheService } from "../http/exchange";

/** The piece of a blob that was asked for. */
interface AskedPiece {
  readonly offset: number;
  /** Most that is wanted of it. */
  readonly count: number;
  /** Of the whole blob; undefined where this piece is the first to tell it. */
  readonly length: number | undefined;
}

/**
 * The length of the whole blob, as the answer to a range tells. One that ignores ranges, as an emulator's, is taken where it begins at the
 * beginning.
 *
 * @throws NoAnswer for any other piece than the one that was asked for, which something on the way can have kept from another request
 */
export function lengthOfWhole({ status, headers }: HttpAnswer, { offset, count, length }: AskedPiece): number {
  if (status !== 206 && offset === 0) return 0;
  const [, first, last, whole] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(headers["content-range"] ?? "")?.map(Number) ?? [];
  const isAsked = first === offset && last === Math.min(offset + count, whole ?? 0) - 1 && (length ?? whole) === whole;
  if (isAsked && whole !== undefined) return whole;
  throw notOfTheService();
}
