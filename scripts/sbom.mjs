/**
 * Writes `dist/sbom.cdx.json`: the third-party code in the published package, as CycloneDX 1.5. The
 * same sources produce the same file.
 */
import { Buffer } from "node:buffer";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundledPackages } from "./bundled-packages.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const own = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/**
 * Returns a package's integrity from the lock file as CycloneDX needs it: in hexadecimal digits.
 */
const { packages: locked } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
function hashesOf(folder) {
  const path = folder.slice(folder.indexOf("node_modules/"));
  const [algorithm, digest] = (locked[path]?.integrity ?? "").split("-");
  if (algorithm !== "sha512" || !digest) return [];
  return [{ alg: "SHA-512", content: Buffer.from(digest, "base64").toString("hex") }];
}

function component({ name, version, license, folder }) {
  const purl = `pkg:npm/${name.replace(/^@/, "%40")}@${version}`;
  return { type: "library", "bom-ref": purl, name, version, purl, licenses: [{ license: { id: license } }], hashes: hashesOf(folder) };
}

const components = bundledPackages(root).map(component);
const self = `pkg:npm/${own.name}@${own.version}`;
const document = {
  bomFormat: "CycloneDX",
  specVersion: "1.5",
  version: 1,
  metadata: {
    component: {
      type: "library",
      "bom-ref": self,
      name: own.name,
      version: own.version,
      purl: self,
      licenses: [{ license: { id: own.license } }],
    },
  },
  components,
  dependencies: [{ ref: self, dependsOn: components.map((one) => one["bom-ref"]) }],
};
writeFileSync(join(root, "dist", "sbom.cdx.json"), `${JSON.stringify(document, null, 2)}\n`);
