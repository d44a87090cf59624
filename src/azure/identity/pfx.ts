import { asn1, pkcs12, pki } from "node-forge";

/**
 * The private key and the certificates of a PKCS #12 file (PFX), as PEM, which is the only form
 * that the Azure SDK accepts. Node.js itself reads such files only for TLS, and does not return
 * their content.
 *
 * @throws Error if the password is wrong, or the file does not hold an RSA key
 */
export function pemOfPfx(bytes: Buffer, password: string): string {
  const { decoded } = parse(bytes, password);
  const bags = (bagType: string | undefined) => (bagType === undefined ? [] : (decoded.getBags({ bagType })[bagType] ?? []));
  const { pkcs8ShroudedKeyBag, keyBag, certBag } = pki.oids;
  const key = [...bags(pkcs8ShroudedKeyBag), ...bags(keyBag)].find((bag) => bag.key != null)?.key;
  const certificates = bags(certBag).flatMap(({ cert }) => cert ?? []);
  if (key == null || certificates.length === 0) throw new Error("the PFX file does not hold an RSA key with its certificate");
  // The SDK assumes that the first certificate is that of the key.
  const isOfKey = (certificate: pki.Certificate) => (certificate.publicKey as pki.rsa.PublicKey).n.equals(key.n);
  const sorted = [...certificates].sort((one, other) => Number(isOfKey(other)) - Number(isOfKey(one)));
  return [pki.privateKeyToPem(key), ...sorted.map((certificate) => pki.certificateToPem(certificate))].join("");
}

function parse(bytes: Buffer, password: string): { readonly decoded: pkcs12.Pkcs12Pfx } {
  try {
    return { decoded: pkcs12.pkcs12FromAsn1(asn1.fromDer(bytes.toString("binary")), false, password) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const isPassword = /password|mac could not be verified/i.test(reason);
    const wrongPassword =
      password === ""
        ? "the PFX file has a password, but none is set: set ARM_CLIENT_CERTIFICATE_PASSWORD, or convert the file to PEM (openssl pkcs12 -nodes), which a declared service principal needs"
        : "the password of the PFX file is wrong";
    throw new Error(isPassword ? wrongPassword : `the certificate is neither PEM nor PFX (${reason})`, {
      cause: error,
    });
  }
}
