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

const SOURCE_VARIABLE = "BENCH_SOURCE_CONNECTION_STRING";
const DESTINATION_VARIABLE = "BENCH_DESTINATION_CONNECTION_STRING";

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

function credential(variable: string): CredentialReference {
  return { kind: CredentialKind.CONNECTION_STRING, variable };
}

/** What a `BlobCopy` with these two ends declares. */
export function copyIntent({ source, destination }: ServiceAccounts, blobName: string, method = CopyMethod.AUTO): CopyIntent {
  const place = (account: ServiceAccount, variable: string): LocationReference => ({
    kind: LocationKind.BLOB,
    blobEndpoint: account.endpoint,
    containerName: CONTAINER,
    blobName,
    credential: credential(variable),
  });
  return {
    ...INTENT,
    copies: [{ ...OPTIONS, method, source: place(source, SOURCE_VARIABLE), destination: place(destination, DESTINATION_VARIABLE) }],
  };
}

/** What a `BlobCopySet` of the whole container declares. */
export function setIntent({ source, destination }: ServiceAccounts): CopyIntent {
  const prefix = (account: ServiceAccount, variable: string): PrefixReference => ({
    blobEndpoint: account.endpoint,
    containerName: CONTAINER,
    prefix: "",
    credential: credential(variable),
  });
  return {
    ...INTENT,
    copies: [],
    set: {
      prefixes: {
        source: prefix(source, SOURCE_VARIABLE),
        destination: prefix(destination, DESTINATION_VARIABLE),
        include: [],
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
export function credentialEnvironment({ source, destination }: ServiceAccounts): Record<string, string> {
  return { [SOURCE_VARIABLE]: source.connectionString, [DESTINATION_VARIABLE]: destination.connectionString };
}

/** Runs the program by hand, in a folder of its own, to its end. */
export async function runProgram(
  workshop: Workshop,
  accounts: ServiceAccounts,
  intent: CopyIntent,
  options: { readonly watchesMemory?: boolean } = {},
): Promise<TimedProcess> {
  const cwd = workshop.newFolder();
  writeFileSync(join(cwd, "intent.json"), JSON.stringify(intent));
  return timeProcess(process.execPath, [workshop.program, "apply", "--log-format", "json", "intent.json"], {
    cwd,
    env: credentialEnvironment(accounts),
    ...options,
  });
}
