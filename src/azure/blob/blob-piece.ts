import { type HttpAnswer, notOfTheService } from "../http/exchange";

/** The requested piece of a blob. */
interface AskedPiece {
  readonly offset: number;
  /** Maximum number of bytes. */
  readonly count: number;
  /** Length of the whole blob; undefined for the first piece, whose response shows it. */
  readonly length: number | undefined;
}

/**
 * Returns the length of the whole blob, as the response to a range request shows it. A server that
 * ignores ranges, such as an emulator, returns the whole blob. That is accepted for the first
 * piece: the result is then 0, so that no other piece is read.
 *
 * @throws NoAnswer for a piece other than the requested one, which an intermediary may have kept
 * from another request
 */
export function lengthOfWhole({ status, headers }: HttpAnswer, { offset, count, length }: AskedPiece): number {
  if (status !== 206 && offset === 0) return 0;
  const [, first, last, whole] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(headers["content-range"] ?? "")?.map(Number) ?? [];
  const isAsked = first === offset && last === Math.min(offset + count, whole ?? 0) - 1 && (length ?? whole) === whole;
  if (isAsked && whole !== undefined) return whole;
  throw notOfTheService();
}
