import { CopyFailure } from "../../../failure/copy-failure";
import { explain } from "../../../failure/explain";

/**
 * The service does not know Set Blob Metadata, so a blob with our mark is never complete. Nothing
 * else is wrong with the copy.
 */
export class MarkStays extends CopyFailure {
  constructor(url: string, cause: unknown) {
    const { exitCode, side, why } = explain(cause, "");
    super({
      exitCode,
      what: `The copy to ${url} cannot be completed`,
      side,
      why,
      remedy: "use CopyMethod.AUTO",
      cause,
    });
  }
}
