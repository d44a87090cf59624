import { readFileSync } from "node:fs";
import type { CertificateSource } from "./identity-choice";
import type { loadPfx } from "./load-pfx";

/** The form that the SDK accepts: PEM, with a password if its key is encrypted. */
export interface PemCertificate {
  readonly certificate: string;
  readonly certificatePassword?: string;
}

/**
 * Reads an application's certificate, which is PEM or PFX.
 *
 * @throws Error that names the file or the variable, and any error of `load`
 */
export function readCertificate(source: CertificateSource, password: string | undefined, load: typeof loadPfx): PemCertificate {
  const bytes = source.from === "file" ? readFileSync(source.path) : Buffer.from(source.base64, "base64");
  const text = bytes.toString("latin1");
  if (text.includes("-----BEGIN ")) return { certificate: text, ...(password === undefined ? {} : { certificatePassword: password }) };
  const { pemOfPfx } = load();
  try {
    return { certificate: pemOfPfx(bytes, password ?? "") };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${source.from === "file" ? source.path : source.variable}: ${reason}`, { cause: error });
  }
}
