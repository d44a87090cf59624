import type { IResolvable } from "cdktf";
import type { CopyResources, CopyResourceValues } from "./copy-resources";
import { copyResources } from "./copy-resources";
import { mergeOverrides } from "./overrides";
import type { Block, Resolve } from "../framework/resolution";
import { resolvedResources, resolveValues } from "../framework/resolution";

/** The resources of a copy or a set as the framework takes them; tokens are in the values and overrides only. */
export function copyBlocks(
  type: string,
  names: CopyResources,
  values: (resolve: Resolve) => CopyResourceValues,
  overrides: Readonly<Block>,
): IResolvable {
  return resolvedResources(
    type,
    (resolve) => ({
      values: resolveValues(values(resolve), resolve) as CopyResourceValues,
      overrides: resolveValues(overrides, resolve) as Block,
    }),
    (resolved) => mergeOverrides(copyResources(names, resolved.values), { [names.copy]: resolved.overrides }),
  );
}
