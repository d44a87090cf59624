import { CopyFailure } from "./copy-failure";
import { ExitCode } from "./exit-code";

/** For a 404 of the source, whatever its reason. */
export function sourceIsMissing(url: string): CopyFailure {
  return new CopyFailure({
    exitCode: ExitCode.SOURCE_NOT_FOUND,
    what: "The source does not exist",
    side: "source",
    why: `${url} was answered 404`,
    remedy: /[?&](?:snapshot|versionid)=/i.test(url)
      ? "check the snapshot or version as the service returned it"
      : "check its name; without list permission a missing right can look the same",
  });
}
