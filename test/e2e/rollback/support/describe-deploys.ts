import { describeWithTerraform } from "../../../support/terraform/terraform";
import { DeployWorld, type DeployWorldOptions } from "./deploy-world";

/** Deploys whose processes are found and signalled: by what `/proc` shows, so on Linux only. */
export function describeDeploys(name: string, tests: () => void): void {
  jest.setTimeout(120_000);
  if (process.platform === "linux") {
    describeWithTerraform(name, tests);
    return;
  }
  process.stderr.write(`SKIPPED for want of /proc, which only Linux has: ${name}\n`);
  describe.skip(name, tests);
}

/** Runs a test in a world of its own, and takes that down whatever happens. */
export async function inWorld(options: DeployWorldOptions, test: (world: DeployWorld) => Promise<void>): Promise<void> {
  const world = await DeployWorld.start(options);
  try {
    await test(world);
  } finally {
    await world.dispose();
  }
}

/** Every row of a table, once for a destination that was absent before and once for one that was there. */
export function eachBefore<Row extends { readonly name: string }>(rows: readonly Row[]) {
  return rows.flatMap((row) =>
    (["absent", "present"] as const).map((before) => ({ ...row, before, title: `${row.name}, destination ${before} before` })),
  );
}

/** Every row of a table, with the one or the other destination in turn: for what does not depend on what was there. */
export function beforeInTurn<Row extends { readonly name: string }>(rows: readonly Row[]) {
  return rows.map((row, index) => {
    const before = index % 2 === 0 ? ("absent" as const) : ("present" as const);
    return { ...row, before, title: `${row.name}, destination ${before} before` };
  });
}
