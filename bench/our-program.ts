import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  CopyMethod,
  CredentialKind,
  INTENT_VERSION,
  LocationKind,
  OverwritePolicy,
  RecopyPolicy,
  RollbackPolicy,
  SourceGuard,
  type CopyIntent,
  type CredentialReference,
  type LocationReference,
  type PrefixReference,
} from "../src/intent";
import { CONTAINER, type ServiceAccount, type ServiceAccounts } from "./service/protocol";
import { timeProcess, type TimedProcess } from "./timed-process";
import type { Workshop } from "./workshop";

const SOURCE_VARIABLE = "BENCH_SOURCE_SECRET";
const DESTINATION_VARIABLE = "BENCH_DESTINATION_SECRET";

/** All contenders use a SAS on both sides. */
export type Secret = CredentialKind.SAS | CredentialKind.CONNECTION_STRING;

const OPTIONS = { overwrite: OverwritePolicy.ALWAYS, sourceGuard: SourceGuard.ETAG };
const INTENT = {
  version: INTENT_VERSION,
  owner: "bench",
  wait: true,
  timeoutMilliseconds: 3_600_000,
  rollback: RollbackPolicy.RESTORE,
  recopy: RecopyPolicy.ON_INTENT_CHANGE,
} as const;

/** As `BlobCopySet` declares it. */
const MAX_CONCURRENCY = 256;

function credential(variable: string, kind: Secret): CredentialReference {
  return { kind, variable };
}

/** The intent of a `BlobCopy` with these two ends. */
export function copyIntent({ source, destination }: ServiceAccounts, blobName: string, method = CopyMethod.AUTO): CopyIntent {
  const place = (account: ServiceAccount, variable: string): LocationReference => ({
    kind: LocationKind.BLOB,
    blobEndpoint: account.endpoint,
    containerName: CONTAINER,
    blobName,
    credential: credential(variable, CredentialKind.SAS),
  });
  return {
    ...INTENT,
    copies: [{ ...OPTIONS, method, source: place(source, SOURCE_VARIABLE), destination: place(destination, DESTINATION_VARIABLE) }],
  };
}

/** The intent of a `BlobCopySet` of the whole container. */
export function setIntent({ source, destination }: ServiceAccounts, secret: Secret = CredentialKind.SAS): CopyIntent {
  const prefix = (account: ServiceAccount, variable: string): PrefixReference => ({
    blobEndpoint: account.endpoint,
    containerName: CONTAINER,
    prefix: "",
    credential: credential(variable, secret),
  });
  return {
    ...INTENT,
    copies: [],
    set: {
      prefixes: {
        source: prefix(source, SOURCE_VARIABLE),
        destination: prefix(destination, DESTINATION_VARIABLE),
        include: ["**"],
        exclude: [],
        rename: {},
        options: { ...OPTIONS, method: CopyMethod.AUTO },
      },
      atomic: false,
      prune: false,
      maxConcurrency: MAX_CONCURRENCY,
      maxFailures: 0,
      resultKeys: [],
    },
  };
}

/** The variables that the credentials of the intents above name. */
function credentialEnvironment({ source, destination }: ServiceAccounts, secret: Secret): Record<string, string> {
  const secretOf = ({ sas, connectionString }: ServiceAccount) => (secret === CredentialKind.SAS ? sas : connectionString);
  return { [SOURCE_VARIABLE]: secretOf(source), [DESTINATION_VARIABLE]: secretOf(destination) };
}

/** Runs the program directly, without Terraform, in its own folder, to its end. */
export async function runProgram(
  workshop: Workshop,
  accounts: ServiceAccounts,
  intent: CopyIntent,
  { secret = CredentialKind.SAS, ...options }: { readonly watchesMemory?: boolean; readonly secret?: Secret } = {},
): Promise<TimedProcess> {
  const cwd = workshop.newFolder();
  writeFileSync(join(cwd, "intent.json"), JSON.stringify(intent));
  return timeProcess(process.execPath, [workshop.program, "apply", "--log-format", "json", "intent.json"], {
    cwd,
    env: credentialEnvironment(accounts, secret),
    ...options,
  });
}
