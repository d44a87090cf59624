import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const repository = join(__dirname, "..", "..");

/** The package as `npm publish` would send it. */
export class PackedPackage {
  private readonly directory = mkdtempSync(join(tmpdir(), "blob-copy-package-"));
  readonly tarball: string;
  /** Paths inside the tarball. */
  readonly files: readonly string[];
  /** Bytes, compressed. */
  readonly size: number;

  /** `root`: a checkout that is built already. */
  constructor(root = repository) {
    const { folder, filename, files, size } = packed(root, this.directory);
    this.tarball = join(folder, filename);
    this.files = files.map(({ path }) => path);
    this.size = size;
  }

  /**
   * A project that has only the package and those frameworks installed. The frameworks are links
   * into this repository's own node_modules: they are large, and these tests are not about the
   * network.
   */
  project(frameworks: readonly string[], { folder = "", type }: { readonly folder?: string; readonly type?: "module" } = {}): string {
    const project = join(mkdtempSync(join(this.directory, "project-")), folder);
    const installed = join(project, "node_modules", "cdktf-azure-blob-copy");
    mkdirSync(installed, { recursive: true });
    execFileSync("tar", ["-xzf", this.tarball, "-C", installed, "--strip-components=1"]);
    for (const framework of frameworks) {
      const link = join(project, "node_modules", framework);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(join(repository, "node_modules", framework), link, "junction");
    }
    writeFileSync(join(project, "package.json"), JSON.stringify({ name: "app", version: "1.0.0", private: true, type }));
    return project;
  }

  /** An empty folder, in which a test installs the package itself. */
  emptyProject(): string {
    return mkdtempSync(join(this.directory, "project-"));
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

interface Packed {
  readonly folder: string;
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

/**
 * Packs this checkout once per test run, whose temporary folder all its processes share. A process
 * that starts while another one is packing packs it too.
 */
function packed(root: string, ownFolder: string): Packed {
  const shared = join(tmpdir(), "packed-package.json");
  if (root === repository && existsSync(shared)) return JSON.parse(readFileSync(shared, "utf8")) as Packed;
  const folder = root === repository ? mkdtempSync(join(tmpdir(), "blob-copy-packed-")) : ownFolder;
  const [told] = JSON.parse(npm(["pack", "--json", "--pack-destination", folder], root)) as [Omit<Packed, "folder">];
  const result = { ...told, folder };
  if (root === repository) {
    writeFileSync(join(folder, "told.json"), JSON.stringify(result));
    renameSync(join(folder, "told.json"), shared);
  }
  return result;
}

function npm(args: readonly string[], cwd: string): string {
  return execFileSync("npm", args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], shell: process.platform === "win32" });
}
