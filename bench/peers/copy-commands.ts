import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { CONTAINER, type ServiceAccount, type ServiceAccounts } from "../service/protocol";

export interface CopyCommand {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** A blob by name, or all blobs of the container. */
export type What = { readonly blob: string } | "all";

function url(account: ServiceAccount, path: string): string {
  return `${account.endpoint}/${CONTAINER}${path}?${account.sas}`;
}

/** `azcopy copy` at its defaults, with a SAS on both sides. */
export function azcopyCopy({ source, destination }: ServiceAccounts, what: What, folder: string): CopyCommand {
  const [from, to] = what === "all" ? ["/*", ""] : [`/${what.blob}`, `/${what.blob}`];
  return {
    args: ["copy", url(source, from), url(destination, to), "--from-to", "BlobBlob", "--recursive", "--output-level", "essential"],
    env: { AZCOPY_LOG_LOCATION: folder, AZCOPY_JOB_PLAN_LOCATION: folder, AZCOPY_DISABLE_SYSLOG: "true" },
  };
}

/**
 * `rclone copy` with the option for a server-side copy, which is not its default between two
 * accounts.
 */
export function rcloneCopy({ source, destination }: ServiceAccounts, what: What, folder: string): CopyCommand {
  const config = join(folder, "rclone.conf");
  const remote = (name: string, account: ServiceAccount) => `[${name}]\ntype = azureblob\nsas_url = ${url(account, "")}\n`;
  writeFileSync(config, remote("source", source) + remote("destination", destination));
  const [command, path] = what === "all" ? ["copy", ""] : ["copyto", `/${what.blob}`];
  return {
    args: [
      command,
      "--config",
      config,
      "--server-side-across-configs",
      "--transfers=64",
      "--checkers=64",
      "--quiet",
      `source:${CONTAINER}${path}`,
      `destination:${CONTAINER}${path}`,
    ],
    env: {},
  };
}

/** `az storage blob copy start`, which does not wait. */
export function azCopyStart({ source, destination }: ServiceAccounts, blob: string, folder: string): CopyCommand {
  return {
    args: [
      ...["storage", "blob", "copy", "start", "--only-show-errors", "--output", "none"],
      ...["--connection-string", destination.connectionString],
      ...["--destination-container", CONTAINER, "--destination-blob", blob],
      ...["--source-uri", url(source, `/${blob}`)],
    ],
    env: { AZURE_CONFIG_DIR: folder, AZURE_CORE_COLLECT_TELEMETRY: "false" },
  };
}
