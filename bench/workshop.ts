import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";

const REPOSITORY = join(__dirname, "..");

/**
 * Holds all measured programs as plain JavaScript, as users install them, and folders for the files
 * of the runs. It is removed when this process exits.
 */
export class Workshop {
  static async open(): Promise<Workshop> {
    const workshop = new Workshop(mkdtempSync(join(tmpdir(), "blob-copy-bench-")));
    execFileSync(process.execPath, [join(REPOSITORY, "scripts/bundle.mjs"), workshop.path("dist")], { stdio: "pipe" });
    await build({
      absWorkingDir: REPOSITORY,
      entryPoints: {
        service: "bench/service/main.ts",
        "bare-loop": "bench/clients/bare-loop.ts",
        "sdk-poller": "bench/clients/sdk-poller.ts",
        synth: "bench/clients/synth.ts",
        empty: "bench/clients/empty.ts",
      },
      outdir: workshop.path("clients"),
      bundle: true,
      platform: "node",
      target: "node20",
      format: "cjs",
      // The SDK needs import.meta.url, which a CommonJS bundle does not have.
      external: ["cdktf", "constructs", "@azure/storage-blob"],
      logLevel: "error",
    });
    return workshop;
  }

  private counter = 0;

  private constructor(private readonly folder: string) {
    process.once("exit", () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  }

  /** Path of the launcher. */
  get program(): string {
    return this.path("dist", "program", "blob-copy.js");
  }

  get programFolder(): string {
    return this.path("dist", "program");
  }

  client(name: "service" | "bare-loop" | "sdk-poller" | "synth" | "empty"): string {
    return this.path("clients", `${name}.js`);
  }

  /** Creates an empty folder, removed with the workshop. */
  newFolder(): string {
    return mkdtempSync(this.path(`run-${++this.counter}-`));
  }

  path(...parts: string[]): string {
    return join(this.folder, ...parts);
  }
}

/** For clients that need the repository's packages but run outside it. */
export const NODE_PATH = join(REPOSITORY, "node_modules");
