import { ProgramEnvironment, type SetDestroyIntent } from "../../src/intent";
import type { DeclaredDestroyIntent } from "../intent/copy-intent";
import type { Precondition } from "./preconditions";
import type { Block, Resolve } from "../framework/resolution";
import { resolveValues } from "../framework/resolution";
import { mergeOverrides } from "./merge-overrides";
import { resolvedResources, type ResolvedResources } from "../framework/pre-resolved";
import { STATE_DIRECTORY, receiptPath, unsettledPath } from "../intent/receipt";

/**
 * The `terraform_data` resources of one declared copy or set of copies, and the references between
 * them.
 */
export class CopyResources {
  /** Name of the resource that runs the program. */
  readonly copy: string;
  /**
   * Name of the resource that runs the program again if Terraform was killed after it had recorded
   * `copy` as created, and before the blob was copied.
   */
  readonly confirm: string;
  /** Name of the resource that keeps the receipt in state. References to the copy point to it. */
  readonly result: string;
  /**
   * Name of the resource that lives as long as the place of the destination stays the same, and
   * cleans up that place.
   */
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

  /**
   * Returns blocks with the earlier name of each resource. Terraform ignores a block for a resource
   * that did not exist.
   */
  movedFrom(logicalId: string): { readonly from: string; readonly to: string }[] {
    const earlier = new CopyResources(logicalId.replace(/^terraform_data\./, ""));
    const pairs = [earlier.copy, ...earlier.companions].map((name, index) => [name, [this.copy, ...this.companions][index] ?? ""] as const);
    return pairs.map(([from, to]) => ({ from: this.address(from), to: this.address(to) }));
  }

  /** Returns the address of the resource as a whole. */
  address(name: string): string {
    return `terraform_data.${name}`;
  }

  /** Returns HCL for the instance that belongs to the referring instance. */
  instance(name: string): string {
    return this.isForEach ? `terraform_data.${name}[each.key]` : `terraform_data.${name}`;
  }
}

/** Values of the resources. Strings may be tokens, or HCL in `${…}`. */
export interface CopyResourceValues {
  /** Construct path, for readers of the synthesized configuration. */
  readonly owner: string;
  readonly intent: unknown;
  readonly fingerprint: unknown;
  /**
   * Absent if a destroy has nothing to do. `destination` is only the place; a change of it triggers
   * the destroy.
   */
  readonly destroy:
    | {
        readonly intent: DeclaredDestroyIntent | SetDestroyIntent;
        readonly destination: unknown;
        /** Path of the file with the current declarations; absent if nothing is deleted. */
        readonly declared: string | undefined;
        /**
         * Dependencies of the copy, if nothing else shows which resources must outlive this one.
         */
        readonly dependsOn?: readonly string[] | undefined;
      }
    | undefined;
  /** Environment variables that contain secrets. */
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

/**
 * Returns the resources of a copy or a set in the framework's form. Only the values and overrides
 * contain tokens.
 */
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

/** Returns the resources by name, in Terraform's JSON syntax. */
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
 * Only a change of the fingerprint makes Terraform copy again; a changed `input` is updated in
 * place. Only this resource records its construct path: the others are named after it, and synth
 * spends most of its time on writing lines.
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
        // `output` is `input` without Terraform's mark for sensitive values. With that mark,
        // Terraform would hide every line of progress.
        [ProgramEnvironment.INTENT]: "${jsonencode(self.output)}",
        [ProgramEnvironment.RECEIPT_ID]: "${self.id}",
        [ProgramEnvironment.DEPLOYMENT]: `\${${values.deployment}}`,
        [ProgramEnvironment.STATE_DIRECTORY]: STATE_DIRECTORY,
        ...values.secrets,
      }),
    ],
  };
}

/**
 * An empty interpreter selects Terraform's default, the system's shell. It finishes in 2 ms if
 * there is nothing to do, while node needs 40 ms.
 */
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
 * `output` of the confirming resource is unknown until that resource is created, so the file is
 * read after the copy. Later plans do not need the file, because the value is in state and its
 * changes are ignored.
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

/**
 * A destroy-time provisioner may refer only to `self` and paths. Other resources must not refer to
 * this one, or Terraform could skip it.
 */
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
          // Resources declared by earlier versions of the library do not have it.
          [ProgramEnvironment.DEPLOYMENT]: '${try(self.input.deployment, "")}',
          ...(declared === undefined ? {} : { [ProgramEnvironment.DECLARED]: declared }),
          [ProgramEnvironment.STATE_DIRECTORY]: STATE_DIRECTORY,
        },
        { when: "destroy" },
      ),
    ],
  };
}

/** `quiet` keeps Terraform from printing the command. The program's own lines are still shown. */
function localExec(interpreter: string | string[], command: string, environment: Record<string, string>, rest: Block = {}): Block {
  return { "local-exec": { interpreter, command, environment, quiet: true, ...rest } };
}
