import type { IConstruct } from "constructs";
import { COPY_OPTION_NAMES } from "../../src/intent";
import type { DeclaredBlobCopy } from "../intent/declared-copy";
import type { Problems } from "../framework/problems";
import { resolveIn, resolveValues } from "../framework/resolution";

const OF_AN_ELEMENT = /\$\{[^"]*?\b(each\.(?:key|value)|count\.index)\b/;

/**
 * An iterator's element exists only with `forEach`. Terraform's own error would not name the
 * construct.
 */
export function checkIterators(construct: IConstruct, config: DeclaredBlobCopy & { readonly forEach?: object }, problems: Problems): void {
  const { source, destination, copyTriggers, forEach } = config;
  const values = [source._place, destination._place, copyTriggers, ...COPY_OPTION_NAMES.map((name) => config[name])];
  const text = JSON.stringify(resolveValues(values, resolveIn(construct)));
  const [, element] = OF_AN_ELEMENT.exec(text) ?? [];
  if (element === undefined) return;
  if (element === "count.index") problems.add("count.index is used, and this construct has no count; use forEach with an iterator.");
  else if (forEach === undefined) problems.add(`${element} of an iterator is used without forEach; give the iterator as forEach.`);
}
