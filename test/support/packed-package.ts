import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
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

  /** `root`: of a checkout that is built. */
  constructor(root = repository) {
    const [packed] = JSON.parse(npm(["pack", "--json", "--pack-destination", this.directory], root)) as [
      { filename: string; size: number; files: { path: string }[] },
    ];
    this.tarball = join(this.directory, packed.filename);
    this.files = packed.files.map(({ path }) => path);
    this.size = packed.size;
  }

  /**
   * A project that has installed the package beside those frameworks and nothing else.
   * The frameworks are links into this repository's own node_modules: they are large, and the network is not what is tested.
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

  /** A folder in which something else installs the package. */
  emptyProject(): string {
    return mkdtempSync(join(this.directory, "project-"));
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

function npm(args: readonly string[], cwd: string): string {
  return execFileSync("npm", args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], shell: process.platform === "win32" });
}
