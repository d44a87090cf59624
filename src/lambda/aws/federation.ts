import { GetWebIdentityTokenCommand, STSClient } from "@aws-sdk/client-sts";

/** GetWebIdentityToken. In a bundle of its own: the function's runtime may have an SDK that is older than this operation. */
export async function getWebIdentityToken(audience: string, durationSeconds: number, maxAttempts: number): Promise<string | undefined> {
  const request = { Audience: [audience], SigningAlgorithm: "RS256", DurationSeconds: durationSeconds };
  return (await new STSClient({ maxAttempts }).send(new GetWebIdentityTokenCommand(request))).WebIdentityToken;
}
