import { join } from "node:path";
import { sourcesOf } from "../../scripts/package/sources";

const root = join(__dirname, "..", "..");

describe("front ends", () => {
  it.each([
    { entry: "lib/index.ts", other: "aws-cdk-lib", folder: "lib/aws-cdk/" },
    { entry: "lib/aws-cdk/index.ts", other: "cdktf", folder: "lib/resources/" },
  ])("$entry runs and compiles without $other", ({ entry, other, folder }) => {
    const sources = sourcesOf(root, entry);
    // Includes types: users who have only one framework compile against these declarations.
    const importing = new RegExp(`^(import|export)\\b[^;]*?from "${other}(/[^"]*)?"`, "m");

    expect([...sources].filter(([path, text]) => path.startsWith(folder) || importing.test(text)).map(([path]) => path)).toEqual([]);
  });
});
