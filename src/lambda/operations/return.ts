import type { Receipt } from "../../intent";
import type { Made } from "../ports/record";
import { copy } from "./copy";
import type { Invocation } from "./invocation";
import { putBack } from "./rolling-back";

/** An update is rolled back: what it did is undone, and what was declared before it stands again. */
export async function goBack(invocation: Invocation): Promise<Receipt | undefined> {
  const { record, declared, save } = invocation;
  const { undoable } = record();
  // Of another request than this one, which may itself have had to copy.
  if (undoable !== undefined && undoable.requestId !== record().operation.requestId) {
    const etag = await putBack(invocation, undoable.entry, "CloudFormation rolls the update back");
    const { current, previous } = record();
    const before = current?.requestId === undoable.requestId ? previous : current;
    // What was put back has another ETag than what was copied, and is ours all the same.
    const isOurs = before !== undefined && before.receipt.etag === undoable.entry.before.etag;
    await save({ current: isOurs && etag !== undefined ? withEtag(before, etag) : before, previous: undefined });
  }
  const { current, previous } = record();
  const standing = [current, previous].find((made) => made?.fingerprint === declared.fingerprint);
  if (standing === undefined) return copy(invocation);
  await save({ current: standing, previous: undefined });
  return standing.receipt;
}

function withEtag(made: Made, etag: string): Made {
  const { receipt, note } = made;
  return { ...made, receipt: { ...receipt, etag }, note: note && { ...note, etag } };
}
