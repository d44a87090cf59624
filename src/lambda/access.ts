import { CopyFailure } from "../failure/copy-failure";
import { CredentialKind, type CredentialReference, DestroyPolicy } from "../intent";
import { createRedact } from "../report/redact";
import { AwayForNow } from "./ports/away-for-now";
import type { DeclaredResource } from "./ports/declared";
import type { BlobRecord, ResourceRecord } from "./ports/record";
import type { Surroundings } from "./ports/surroundings";

/** Where a workload identity's token is looked for. */
const TOKEN_FILE = "AZURE_FEDERATED_TOKEN_FILE";

/**
 * What a declaration's credentials need, by the names that it has for it. Each secret is fetched once for an invocation: one that was
 * rotated is good in the next.
 *
 * @param rows what is kept of a list's blobs: of those that are not on the list any more, a secret may be gone, which only their turn will tell
 */
export async function accessFor(
  { intent, list = [] }: DeclaredResource,
  rows: readonly BlobRecord[],
  surroundings: Surroundings,
  base: NodeJS.ProcessEnv,
): Promise<NodeJS.ProcessEnv> {
  const environment: NodeJS.ProcessEnv = { ...base };
  const prefixes = intent.set?.prefixes;
  const declared = credentialsOf([...intent.copies, ...list, ...(prefixes === undefined ? [] : [prefixes])]);
  const earlier = credentialsOf(rows.flatMap(({ declaration }) => declaration ?? []));
  const wanted = new Set(secretsOf(declared));
  const secrets = [...new Set([...wanted, ...secretsOf(earlier)])];
  await Promise.all(
    secrets.map(async (reference) => {
      try {
        environment[reference] = await surroundings.secret(reference);
      } catch (error) {
        if (wanted.has(reference) || error instanceof AwayForNow || !(error instanceof CopyFailure)) throw error;
        surroundings.print(error.message);
      }
    }),
  );
  if ([...declared, ...earlier].some(({ kind }) => kind === CredentialKind.WORKLOAD_IDENTITY))
    environment[TOKEN_FILE] = await surroundings.webIdentityFile();
  createRedact(environment, secrets);
  return environment;
}

/**
 * Whether the operation of a record has anything to do on the service. Where it has not, nothing of a credential is needed: that a secret
 * is gone, or was never there, keeps nobody from removing what it was declared for.
 */
export function needsService(record: ResourceRecord, { fingerprint, onDestroy }: DeclaredResource): boolean {
  const { operation, undoable, open, current, summary } = record;
  if ((undoable ?? open) !== undefined) return true;
  switch (operation.kind) {
    case "copy":
      return true;
    case "return":
      return (current ?? summary)?.fingerprint !== fingerprint;
    case "undo":
      return false;
    case "remove":
      return (current ?? summary) !== undefined && onDestroy === DestroyPolicy.DELETE;
  }
}

interface Sides {
  readonly source: { readonly credential?: CredentialReference };
  readonly destination: { readonly credential?: CredentialReference };
}

function credentialsOf(copies: readonly Sides[]): readonly CredentialReference[] {
  return copies.flatMap(({ source, destination }) =>
    [source.credential, destination.credential].filter((credential) => credential !== undefined),
  );
}

function secretsOf(credentials: readonly CredentialReference[]): readonly string[] {
  return credentials.flatMap(({ kind, variable }) => (kind === CredentialKind.STORED && variable ? [variable] : []));
}
