import { copiesByKey } from "../intent/copy-manifest";
import type { DeclaredCopySet } from "../intent/declared-copy";
import type { Problems } from "../framework/problems";
import { isSetDeclaration } from "./copy-set";
import { bytesInEnvironment } from "../framework/hcl";
import { TokenAwareText, show } from "../framework/tokens";
import { checkNoSecret } from "./values/secrets";
import { checkComposed } from "./values/names";

const MAX_KEYS = 1_000;
/**
 * The keys and all other names are passed in one environment variable, which is limited to 128 KiB.
 */
const MAX_BYTES = 100_000;

/**
 * In a list of copies, a requested key must be that of a copy. With prefixes, only Terraform can
 * check that.
 */
export function checkResultKeys(config: DeclaredCopySet, resultKeys: readonly string[], problems: Problems): void {
  if (resultKeys.length > MAX_KEYS) {
    problems.add(
      `result() is called with ${resultKeys.length} keys, but a set keeps at most ${MAX_KEYS}; read the file of manifestOut instead.`,
    );
  }
  const { include, exclude, rename } = config;
  const bytes = bytesInEnvironment([resultKeys, include, exclude, rename]);
  if (resultKeys.length > 0 && bytes > MAX_BYTES) {
    problems.add(
      `the ${resultKeys.length} keys of result(), include, exclude and rename take ${bytes} bytes, and a set takes at most ${MAX_BYTES}; read the file of manifestOut instead.`,
    );
  }
  const keys = config.copies !== undefined && isSetDeclaration(config) ? copiesByKey(config.copies) : undefined;
  const known = [...(keys?.keys() ?? [])].slice(0, 3).map((name) => show(name));
  for (const key of resultKeys) {
    if (!new TokenAwareText(key).isKnown) {
      problems.add(`result(${show(key)}) is called, but a key must be known at synth.`);
    } else if (!checkNoSecret(key, "a key of result()", problems)) {
      continue;
    } else if (keys?.has(key) === false) {
      problems.add(
        `result(${show(key)}) is called, but no copy has that key; the keys are ${known.join(", ")}${keys.size > known.length ? ", …" : ""}.`,
      );
    }
    checkComposed(key, "result()", "give that copy another key", problems);
  }
}
