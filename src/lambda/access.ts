import { CredentialKind, type CopyIntent, type CredentialReference } from "../intent";
import { createRedact } from "../report/redact";
import type { Surroundings } from "./ports/surroundings";

/** Where a workload identity's token is looked for. */
const TOKEN_FILE = "AZURE_FEDERATED_TOKEN_FILE";

/**
 * What an intent's credentials need, by the names that the intent has for it. Each secret is fetched once for an invocation: one that
 * was rotated is good in the next.
 */
export async function accessFor(intent: CopyIntent, surroundings: Surroundings, base: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
  const environment: NodeJS.ProcessEnv = { ...base };
  const references = credentialsOf(intent);
  const secrets = [...new Set(references.flatMap(({ kind, variable }) => (kind === CredentialKind.STORED && variable ? [variable] : [])))];
  await Promise.all(
    secrets.map(async (reference) => {
      environment[reference] = await surroundings.secret(reference);
    }),
  );
  if (references.some(({ kind }) => kind === CredentialKind.WORKLOAD_IDENTITY))
    environment[TOKEN_FILE] = await surroundings.webIdentityFile();
  createRedact(environment, secrets);
  return environment;
}

function credentialsOf({ copies, set }: CopyIntent): readonly CredentialReference[] {
  const sides = [...copies, ...(set?.prefixes === undefined ? [] : [set.prefixes])];
  return sides.flatMap(({ source, destination }) =>
    [source.credential, destination.credential].filter((credential) => credential !== undefined),
  );
}
