import { badIntent } from "../../failure/bad-intent";
import type { CopyIntent } from "..";
import { DEFAULT_TIMEOUT_MILLISECONDS, INTENT_VERSION, RecopyPolicy, RollbackPolicy } from "..";
import { Fields } from "./fields";
import { parseCopy } from "./parse-copy";
import { parseSet } from "./parse-set";

const INTENT_FIELDS = ["version", "owner", "copies", "set", "wait", "timeoutMilliseconds", "rollback", "recopy"];

/**
 * Checks an intent once, and returns it with its type; defaults replace fields that an intent
 * written by hand leaves out.
 *
 * @throws CopyFailure that lists all problems
 */
export function parseIntent(json: unknown): CopyIntent {
  const problems: string[] = [];
  const intent = new Fields(json, "", problems);
  const version = intent.raw("version") ?? "absent";
  if (version !== INTENT_VERSION) {
    problems.push(
      `version is ${JSON.stringify(version)}, but this program reads version ${INTENT_VERSION}; synthesize again with the installed version of the library`,
    );
  }
  intent.refuseOthers(INTENT_FIELDS);
  const copies = intent.children("copies");
  const set = intent.child("set");
  if (copies.length === 0 && set === undefined) problems.push("copies must be a list of at least one copy");
  if (copies.length > 0 && set !== undefined) problems.push("an intent has either copies or a set");
  const parsed: CopyIntent = {
    version: INTENT_VERSION,
    owner: intent.text("owner") ?? "",
    copies: copies.map((copy) => parseCopy(copy)),
    ...(set === undefined ? {} : { set: parseSet(set) }),
    wait: intent.boolean("wait") ?? true,
    timeoutMilliseconds: intent.number("timeoutMilliseconds") ?? DEFAULT_TIMEOUT_MILLISECONDS,
    rollback: intent.oneOf("rollback", RollbackPolicy) ?? RollbackPolicy.RESTORE,
    recopy: intent.oneOf("recopy", RecopyPolicy) ?? RecopyPolicy.ON_INTENT_CHANGE,
  };
  if (!(parsed.timeoutMilliseconds > 0)) problems.push("timeoutMilliseconds must be a positive number");
  if (parsed.set?.atomic === true && parsed.rollback === RollbackPolicy.ABORT_ONLY) {
    problems.push("an atomic set is put back when it fails: rollback must be restore");
  }
  if (set !== undefined && !parsed.wait) problems.push("a set is waited for: wait must be true");
  if (problems.length > 0) throw badIntent("copy intent", problems);
  return parsed;
}
