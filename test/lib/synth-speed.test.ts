import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { App, DataResource, TerraformStack } from "cdktf";
import { BlobCopy, BlobCopySet, BlobDestination, BlobSource } from "../../lib";
import { context } from "./support/synthesized";

const COPIES = 300;
const ROUNDS = 3;

/**
 * Milliseconds of CPU time from the first construct to the written configuration, so that other
 * load on the machine does not count.
 */
function synthesize(declare: (stack: TerraformStack) => void): number {
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), "blob-copy-speed-"));
  try {
    const before = process.cpuUsage();
    const app = new App({ outdir, context, skipValidation: true });
    declare(new TerraformStack(app, "stack"));
    app.synth();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000;
  } finally {
    fs.rmSync(outdir, { recursive: true });
  }
}

function places(index: number) {
  return {
    source: BlobSource.fromUrl(`https://models.blob.core.windows.net/release/${index}`),
    destination: BlobDestination.fromUrl(`https://app.blob.core.windows.net/models/${index}`),
  };
}

function bare(count: number): (stack: TerraformStack) => void {
  return (stack) => {
    for (let index = 0; index < count; index++) new DataResource(stack, `data${index}`, {});
  };
}

function copies(count: number): (stack: TerraformStack) => void {
  return (stack) => {
    for (let index = 0; index < count; index++) new BlobCopy(stack, `copy${index}`, places(index));
  };
}

function set(count: number): (stack: TerraformStack) => void {
  return (stack) => new BlobCopySet(stack, "set", { copies: Array.from({ length: count }, (_, index) => places(index)) });
}

/** Medians of alternating rounds, so that other load on the machine affects both. */
function medians(...declare: ((stack: TerraformStack) => void)[]): number[] {
  const rounds = Array.from({ length: ROUNDS }, () => declare.map(synthesize));
  return declare.map((_, which) => rounds.map((times) => times[which] ?? 0).sort((one, other) => one - other)[ROUNDS >> 1] ?? 0);
}

describe("synth", () => {
  test(`of ${COPIES} copies costs at most twice what ${COPIES} bare terraform_data cost`, () => {
    const [bareTime = 0, copyTime = 0] = medians(bare(COPIES), copies(COPIES));
    expect(copyTime / bareTime).toBeLessThanOrEqual(2);
  });

  test("of four times as many copies costs about four times as much", () => {
    const [few = 0, many = 0] = medians(copies(COPIES / 2), copies(2 * COPIES));
    expect(many / few).toBeLessThanOrEqual(6);
  });

  test("of a set costs less than that of a bare terraform_data for each of its copies", () => {
    const [bareTime = 0, setTime = 0] = medians(bare(2 * COPIES), set(2 * COPIES));
    expect(setTime).toBeLessThan(bareTime);
  });
});
