import { ProgramEnvironment, type SetDestroyIntent } from "../../src/intent";
import type { DeclaredDestroyIntent } from "../intent/copy-intent";
import type { Precondition } from "./preconditions";
import type { Block, Resolve } from "../framework/resolution";
import { isBlock, resolveValues } from "../framework/resolution";
import { resolvedResources, type ResolvedResources } from "../framework/pre-resolved";
import { STATE_DIRECTORY, receiptPath, unsettledPath } from "../intent/receipt";

/** The `terraform_data` resources that one declared copy, or one set of copies, becomes, and how they refer to each other. */
export class CopyResources {
  /** Runs the program. */
  readonly copy: string;
  /** Runs it again if Terraform was killed after it had recorded `copy` as made, and before the copy was. */
  readonly confirm: string;
  /** Keeps the receipt in state; whoever uses the copy refers to this one. */
  readonly result: string;
  /** Lives as long as the destination stays the same place, and cleans it up. */
  readonly destroy: string;

  constructor(
    logicalId: string,
    readonly isForEach = false,
  ) {
    this.copy = logicalId;
    this.confirm = `${logicalId}_confirm`;
    this.result = `${logicalId}_result`;
    this.destroy = `${logicalId}_destroy`;
  }

  get companions(): string[] {
    return [this.confirm, this.result, this.destroy];
  }

  /** Blocks that tell Terraform the earlier name of each of them; what was not there is not missed. */
  movedFrom(logicalId: string): { readonly from: string; readonly to: string }[] {
    const earlier = new CopyResources(logicalId.replace(/^terraform_data\./, ""));
    const pairs = [earlier.copy, ...earlier.companions].map((name, index) => [name, [this.copy, ...this.companions][index] ?? ""] as const);
    return pairs.map(([from, to]) => ({ from: this.address(from), to: this.address(to) }));
  }

  /** Address of the resource as a whole. */
  address(name: string): string {
    return `terraform_data.${name}`;
  }

  /** HCL for the instance that belongs to the one that refers to it. */
  instance(name: string): string {
    return this.isForEach ? `terraform_data.${name}[each.key]` : `terraform_data.${name}`;
  }
}

/** What the resources are made of. Strings may be tokens, or HCL in `${…}`. */
export interface CopyResourceValues {
  /** Construct path, for whoever reads the synthesized configuration. */
  readonly owner: string;
  readonly intent: unknown;
  readonly fingerprint: unknown;
  /** Absent when a destroy has nothing to do; `destination` is the place alone, whose change makes it act. */
  readonly destroy:
    | {
        readonly intent: DeclaredDestroyIntent | SetDestroyIntent;
        readonly destination: unknown;
        /** Path of the file with what is declared now; absent where nothing is deleted. */
        readonly declared: string | undefined;
        /** What the copy waits for, where nothing else tells what must outlive this. */
        readonly dependsOn?: readonly string[] | undefined;
      }
    | undefined;
  /** Environment variables that carry secrets. */
  readonly secrets: Readonly<Record<string, string>>;
  /** HCL for the id of the deployment. */
  readonly deployment: string;
  /** Path of the program. */
  readonly script: string;
  /** Conditions that Terraform checks before it copies. */
  readonly preconditions: readonly Precondition[];
  readonly dependsOn: readonly string[] | undefined;
  readonly forEach: unknown;
}

/** The resources of a copy or a set as the framework takes them; only the values and overrides hold tokens. */
export function copyBlocks(
  type: string,
  names: CopyResources,
  values: (resolve: Resolve) => CopyResourceValues,
  overrides: Readonly<Block>,
  movedFrom?: string,
): ResolvedResources {
  return resolvedResources(
    type,
    (resolve) => ({
      values: resolveValues(values(resolve), resolve) as CopyResourceValues,
      overrides: resolveValues(overrides, resolve) as Block,
    }),
    (resolved) => mergeOverrides(copyResources(names, resolved.values), { [names.copy]: resolved.overrides }),
    movedFrom === undefined ? {} : { moved: names.movedFrom(movedFrom) },
  );
}

/** The resources by name, in Terraform's JSON syntax. */
function copyResources(names: CopyResources, values: CopyResourceValues): Record<string, Block> {
  const resources: Record<string, Block> = {
    [names.copy]: copyResource(names.copy, values),
    [names.confirm]: confirmResource(names, values),
    [names.result]: resultResource(names),
  };
  if (values.destroy !== undefined) resources[names.destroy] = destroyResource(values.destroy, values.script);
  for (const resource of Object.values(resources)) resource.for_each = values.forEach;
  return resources;
}

/**
 * Only the fingerprint makes Terraform copy again; a changed `input` is updated in place. It alone says where it is declared: the others
 * are named after it, and most of what synth takes is the writing of lines.
 */
function copyResource(name: string, values: CopyResourceValues): Block {
  return {
    "//": { metadata: { path: values.owner, uniqueId: name } },
    input: values.intent,
    triggers_replace: values.fingerprint,
    depends_on: values.dependsOn,
    lifecycle: values.preconditions.length > 0 ? { precondition: values.preconditions } : undefined,
    provisioner: [
      localExec(["node", values.script], "apply", {
        // `output` is `input` without Terraform's mark for sensitive values, with which it would hide every line of progress.
        [ProgramEnvironment.INTENT]: "${jsonencode(self.output)}",
        [ProgramEnvironment.RECEIPT_ID]: "${self.id}",
        [ProgramEnvironment.DEPLOYMENT]: `\${${values.deployment}}`,
        [ProgramEnvironment.STATE_DIRECTORY]: STATE_DIRECTORY,
        ...values.secrets,
      }),
    ],
  };
}

/** An empty interpreter is Terraform's default, the system's shell, which says "nothing to do" in 2 ms where node needs 40. */
function confirmResource(names: CopyResources, values: CopyResourceValues): Block {
  const copy = names.instance(names.copy);
  const isCopied = `fileexists(${receiptPath(`${copy}.id`)}) && !fileexists(${unsettledPath(`${copy}.id`)})`;
  return {
    input: `\${${copy}.id}`,
    triggers_replace: [`\${${copy}.id}`],
    provisioner: [
      localExec(`\${${isCopied} ? [] : ["node", "${values.script}"]}`, `\${${isCopied} ? "exit 0" : "apply"}`, {
        [ProgramEnvironment.INTENT]: `\${jsonencode(${copy}.output)}`,
        [ProgramEnvironment.RECEIPT_ID]: `\${${copy}.id}`,
        [ProgramEnvironment.DEPLOYMENT]: `\${${values.deployment}}`,
        [ProgramEnvironment.STATE_DIRECTORY]: STATE_DIRECTORY,
        ...values.secrets,
      }),
    ],
  };
}

/**
 * `output` of the confirming resource is unknown while that is to be created, so the file is read after the copy; later plans need
 * no file, because the value is in state and its changes are ignored.
 */
function resultResource(names: CopyResources): Block {
  const confirm = names.instance(names.confirm);
  return {
    input: `\${try(jsondecode(file(${receiptPath(`${confirm}.output`)})), null)}`,
    triggers_replace: [`\${${confirm}.id}`],
    lifecycle: {
      ignore_changes: ["input"],
      postcondition: [
        {
          condition: "${self.output != null}",
          error_message:
            "The copy left no receipt in the folder .blobcopy, so Terraform was killed while it copied. Copy again with: " +
            `terraform apply -replace='${names.address(names.confirm)}${names.isForEach ? '["${each.key}"]' : ""}'`,
        },
      ],
    },
  };
}

/** `self` and paths are all that a destroy-time provisioner may refer to; nothing refers to this resource, or Terraform could skip it. */
function destroyResource({ intent, destination, declared, dependsOn }: NonNullable<CopyResourceValues["destroy"]>, script: string): Block {
  return {
    input: intent,
    triggers_replace: destination,
    depends_on: dependsOn,
    provisioner: [
      localExec(
        ["node", script],
        "destroy",
        {
          [ProgramEnvironment.INTENT]: "${jsonencode(self.input)}",
          // What an earlier version of the library declared has none.
          [ProgramEnvironment.DEPLOYMENT]: '${try(self.input.deployment, "")}',
          ...(declared === undefined ? {} : { [ProgramEnvironment.DECLARED]: declared }),
          [ProgramEnvironment.STATE_DIRECTORY]: STATE_DIRECTORY,
        },
        { when: "destroy" },
      ),
    ],
  };
}

/** `quiet` keeps Terraform from printing the command; the program's own lines are shown. */
function localExec(interpreter: string | string[], command: string, environment: Record<string, string>, rest: Block = {}): Block {
  return { "local-exec": { interpreter, command, environment, quiet: true, ...rest } };
}

/**
 * Puts what was given to `addOverride` over a block, by the framework's own rules: lists are continued, an index leads into a list, and
 * `undefined` removes what is there.
 */
function mergeOverrides<Target extends object>(block: Target, overrides: Readonly<Block>): Target {
  for (const [name, value] of Object.entries(overrides)) {
    const existing: unknown = Reflect.get(block, name);
    if (value === undefined) Reflect.deleteProperty(block, name);
    else if (isBlock(value)) {
      // An index leads into a list.
      const target = typeof existing === "object" && existing !== null ? existing : {};
      Reflect.set(block, name, mergeOverrides(target, value));
    } else
      Reflect.set(
        block,
        name,
        Array.isArray(value) && Array.isArray(existing) ? [...(existing as unknown[]), ...(value as unknown[])] : value,
      );
  }
  return block;
}
