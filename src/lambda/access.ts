import { CopyFailure } from "../failure/copy-failure";
import { CredentialKind, type CredentialReference, DestroyPolicy } from "../intent";
import { createRedact } from "../report/redact";
import { AwayForNow } from "./ports/away-for-now";
import type { DeclaredResource } from "./ports/declared";
import type { BlobRecord, ResourceRecord } from "./ports/record";
import type { Surroundings } from "./ports/surroundings";

/** Variable in which the Azure SDK finds a workload identity's token. */
const TOKEN_FILE = "AZURE_FEDERATED_TOKEN_FILE";

/**
 * Returns an environment with everything that a declaration's credentials need, under the names
 * that the declaration uses. Each secret is fetched once per invocation, so a rotated one takes
 * effect in the next.
 *
 * @param rows the kept blobs of a list. The secret of a blob that is no longer on the list may be
 * gone; that fails only when the blob's turn comes
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
 * Whether the operation of a record has anything to do on the service. If not, no credential is
 * needed: a secret that is gone, or never existed, does not prevent the removal of its resource.
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
