import { CopyMethod } from "../../intent";
import type { CopyRequest } from "../ports/requests";
import { foundOrKeptOut } from "./run/kept-out";
import { findWritten } from "./run/lost-answer";
import { isCompleteAtOnce, type MethodResult, type MethodRun, noteResult, resultOf } from "./run/method-run";
import { withGrace } from "../watch/grace";
import { carriedProperties, takenMetadata } from "./run/written-properties";

/**
 * Time that a request gets once the copy must end. Most are answered sooner, and then their effect
 * is known.
 */
const ANSWER_GRACE_MILLISECONDS = 5_000;

/**
 * Put Blob From URL, or Copy Blob From URL: one request, which is answered when the copy is done.
 */
export async function copyFromUrl(
  run: MethodRun,
  method: CopyMethod.PUT_BLOB_FROM_URL | CopyMethod.COPY_BLOB_FROM_URL,
): Promise<MethodResult> {
  const { destination, sourceConditions, destinationConditions } = run;
  const properties = await carriedProperties(run, method);
  const request: CopyRequest = { source: run.readable, sourceConditions, destinationConditions, properties };
  const send = async (sent: CopyRequest): Promise<MethodResult> => {
    if (method === CopyMethod.COPY_BLOB_FROM_URL) return destination.copyBlobFromUrl(sent);
    return { ...(await destination.putBlobFromUrl(sent)), status: "success", copyId: "" };
  };
  await run.note({ touched: true });
  const done = await withGrace((signal) => send({ ...request, signal }), run.stop, ANSWER_GRACE_MILLISECONDS, run.clock).catch(
    async (error: unknown): Promise<MethodResult> => {
      const metadata = properties.metadata ?? takenMetadata(run.sourceProperties);
      const found = await foundOrKeptOut(run, error, () => findWritten(run, metadata));
      return { ...resultOf(run, found), copyId: method === CopyMethod.COPY_BLOB_FROM_URL ? (found.copy?.id ?? "") : "" };
    },
  );
  await noteResult(run, done, isCompleteAtOnce(run, method));
  return done;
}
