import { execFileSync } from "node:child_process";
import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";

function openssl(options: readonly string[], input?: string, variables: NodeJS.ProcessEnv = {}): Buffer {
  const env = { ...process.env, ...variables };
  return execFileSync("openssl", options, { stdio: ["pipe", "pipe", "pipe"], env, ...(input === undefined ? {} : { input }) });
}

/** A self-signed server certificate: clients that are to trust it use `cert` as an authority. */
export function serverCertificate(names: readonly string[]): { readonly key: string; readonly cert: string } {
  const options = [
    "-nodes",
    "-days",
    "30",
    "-subj",
    "/CN=sign-in of the tests",
    "-keyout",
    "-",
    "-addext",
    `subjectAltName=${names.join(",")}`,
  ];
  const pem = openssl(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", ...options]).toString();
  const end = pem.indexOf("-----BEGIN CERTIFICATE");
  return { key: pem.slice(0, end), cert: pem.slice(end) };
}

/** The certificate with which an application signs in: Entra ID accepts RSA keys. */
export class ApplicationCertificate {
  /** Key and certificate. */
  readonly pem = openssl([
    "req",
    "-x509",
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-days",
    "30",
    "-subj",
    "/CN=application",
    "-keyout",
    "-",
  ]).toString();

  get certificate(): X509Certificate {
    return new X509Certificate(this.pem.slice(this.pem.indexOf("-----BEGIN CERTIFICATE")));
  }

  get key(): KeyObject {
    return createPrivateKey(this.pem);
  }

  pfx(password: string): Buffer {
    // Not in the command line, which all users of the machine can read and which a search for
    // secrets would find.
    return openssl(["pkcs12", "-export", "-passout", "env:PFX_PASSWORD"], this.pem, { PFX_PASSWORD: password });
  }
}
