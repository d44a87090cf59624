import { GetWebIdentityTokenCommand, STSClient } from "@aws-sdk/client-sts";

/**
 * GetWebIdentityToken. It has a bundle of its own, because the SDK of the function's runtime may be
 * older than this operation.
 */
export async function getWebIdentityToken(audience: string, durationSeconds: number, maxAttempts: number): Promise<string | undefined> {
  const request = { Audience: [audience], SigningAlgorithm: "RS256", DurationSeconds: durationSeconds };
  return (await new STSClient({ maxAttempts }).send(new GetWebIdentityTokenCommand(request))).WebIdentityToken;
}
