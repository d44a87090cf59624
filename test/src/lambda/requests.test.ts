import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AFTERWARDS, AwsWorld, ELSEWHERE, OTHER_SOURCE, template } from "./support/aws-world";

/** Each sequence runs once, and only its last part is counted. */
const SEQUENCES: Readonly<Record<string, (world: AwsWorld, count: () => void) => Promise<string>>> = {
  "create, nothing at the destination": (world) => world.create(template()),
  "create, over an older blob": (world) => world.withOldDestination().create(template()),
  "create over an older blob, another resource fails": (world) => world.withOldDestination().create(template({}, AFTERWARDS), ["After"]),
  "update with another source": async (world, count) => {
    await world.create(template());
    count();
    return world.update(template({ from: OTHER_SOURCE }));
  },
  "update, another resource fails": async (world, count) => {
    await world.create(template());
    count();
    return world.update(template({ from: OTHER_SOURCE }, AFTERWARDS), ["After"]);
  },
  "update with another destination": async (world, count) => {
    await world.create(template({ onDestroy: "delete" }));
    count();
    return world.update(template({ to: ELSEWHERE, onDestroy: "delete" }));
  },
  "update that changes nothing of the blob": async (world, count) => {
    await world.create(template());
    count();
    return world.update(template({ run: { timeoutMilliseconds: 1_200_000 } }));
  },
  "delete, RETAIN": async (world, count) => {
    await world.create(template());
    count();
    return world.delete();
  },
  "delete, DESTROY": async (world, count) => {
    await world.create(template({ onDestroy: "delete" }));
    count();
    return world.delete();
  },
};

describe("the table of sequences in docs/aws-cdk.md", () => {
  it("tells the end of each, and how many requests it takes", async () => {
    const rows: string[] = [];
    for (const [name, run] of Object.entries(SEQUENCES)) {
      const world = new AwsWorld();
      let toService = 0;
      const status = await run(world, () => (toService = world.service.requests.length));
      rows.push(`| ${name} | ${status} | ${world.service.requests.length - toService} |`);
      expect(world.leftBehind()).toEqual([]);
    }
    const page = readFileSync(join(__dirname, "../../../docs/aws-cdk.md"), "utf8");
    const table = page.split("\n").filter((line) => /^\| (create|update|delete)[ ,].* \d+ \|$/.test(line));
    expect(table.map((line) => line.replace(/ +/g, " "))).toEqual(rows);
  });
});
