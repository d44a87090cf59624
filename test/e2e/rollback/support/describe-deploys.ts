import { describeWithTerraform } from "../../../support/terraform/terraform";
import { DeployWorld, type DeployWorldOptions } from "./deploy-world";

/**
 * For deploys whose processes the test finds and signals. It needs `/proc`, so it runs only on
 * Linux.
 */
export function describeDeploys(name: string, tests: () => void): void {
  jest.setTimeout(120_000);
  if (process.platform === "linux") {
    describeWithTerraform(name, tests);
    return;
  }
  process.stderr.write(`SKIPPED for want of /proc, which only Linux has: ${name}\n`);
  describe.skip(name, tests);
}

/** Runs a test in its own world, and always disposes of that world. */
export async function inWorld(options: DeployWorldOptions, test: (world: DeployWorld) => Promise<void>): Promise<void> {
  const world = await DeployWorld.start(options);
  try {
    await test(world);
  } finally {
    await world.dispose();
  }
}

/** Each row of a table twice: for an absent destination and for an existing one. */
export function eachBefore<Row extends { readonly name: string }>(rows: readonly Row[]) {
  return rows.flatMap((row) =>
    (["absent", "present"] as const).map((before) => ({ ...row, before, title: `${row.name}, destination ${before} before` })),
  );
}

/**
 * Each row of a table once, with an absent and an existing destination in turn: for rows that do
 * not depend on the previous state.
 */
export function beforeInTurn<Row extends { readonly name: string }>(rows: readonly Row[]) {
  return rows.map((row, index) => {
    const before = index % 2 === 0 ? ("absent" as const) : ("present" as const);
    return { ...row, before, title: `${row.name}, destination ${before} before` };
  });
}
