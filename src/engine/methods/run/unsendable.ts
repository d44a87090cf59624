import { CopyFailure } from "../../../failure/copy-failure";
import { ExitCode } from "../../../failure/exit-code";
import { isPrintable } from "../../../intent";
import type { WrittenProperties } from "../../ports/blob-properties";

/**
 * The source has a header or metadata that a request cannot carry, so only a method that copies it
 * within the service works.
 */
export class UnsendableProperty extends CopyFailure {
  constructor(
    url: string,
    readonly property: string,
  ) {
    super({
      exitCode: ExitCode.COPY_FAILED,
      what: `${url} has a property that this method cannot carry`,
      side: "source",
      why: `${property} has characters that are not printable ASCII, which no request header can carry`,
      remedy: `declare ${property} for the copy, change it at the source, or use CopyMethod.COPY_BLOB`,
    });
  }
}

/** @throws UnsendableProperty, before anything is sent */
export function checkSendable(url: string, properties: WrittenProperties): void {
  const found = unsendableOf(properties);
  if (found !== undefined) throw new UnsendableProperty(url, found);
}

/** The name of a property that a request cannot carry. */
export function unsendableOf({ headers, metadata }: Pick<WrittenProperties, "headers" | "metadata">): string | undefined {
  const named = [
    ...Object.entries(headers ?? {}).map(([name, value]) => [`the header ${name}`, String(value ?? "")] as const),
    ...Object.entries(metadata ?? {}).map(([name, value]) => [`metadata ${name}`, value] as const),
  ];
  return named.find(([, value]) => !isPrintable(value))?.[0];
}
