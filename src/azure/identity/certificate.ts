import { readFileSync } from "node:fs";
import type { CertificateSource } from "./identity-choice";
import type { loadPfx } from "./load-pfx";

/** What the SDK takes: PEM, with a password where its key is encrypted. */
export interface PemCertificate {
  readonly certificate: string;
  readonly certificatePassword?: string;
}

/** The certificate of an application, whether its file is PEM or PFX. @throws Error that names the file, and what `load` throws */
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
