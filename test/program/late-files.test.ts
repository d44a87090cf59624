import { readFileSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { itOnUnix } from "../support/machine/systems";
import { CopyFixture } from "./copy-fixture";

let fixture: CopyFixture;

beforeAll(async () => {
  fixture = await CopyFixture.start();
  writeFileSync(join(fixture.program.workFolder, "any.pfx"), "what no PEM file begins with");
});

afterEach(() => {
  fixture.service.requests.length = 0;
});

afterAll(() => fixture.dispose());

const withSource = (credential: Record<string, string>) => {
  const [copy] = fixture.intent().copies;
  return fixture.intent({}, { source: { ...copy?.source, credential } });
};
const asSet = () => {
  const [copy] = fixture.intent().copies;
  const prefixOf = (side: "source" | "destination") => {
    const { blobEndpoint, containerName, credential } = copy?.[side] ?? {};
    return { blobEndpoint, containerName, credential, prefix: "" };
  };
  const prefixes = { source: prefixOf("source"), destination: prefixOf("destination") };
  return fixture.intent({ copies: [], set: { prefixes, report: "report.html" } });
};

const LATE: readonly (readonly [file: string, intent: () => unknown])[] = [
  ["identity.js", () => withSource({ kind: "managed-identity" })],
  [
    "pfx.js",
    () =>
      withSource({
        kind: "service-principal",
        tenantId: "11111111-1111-1111-1111-111111111111",
        clientId: "22222222-2222-2222-2222-222222222222",
        pathVariable: "CERTIFICATE",
      }),
  ],
  ["report-html.js", asSet],
];

const DAMAGES: Readonly<Record<string, (path: string) => void>> = {
  gone: (path) => rmSync(path),
  "cut off": (path) => truncateSync(path, Math.floor(statSync(path).size / 2)),
  unreadable: (path) => writeFileSync(path, "\u007fELF"),
};

const cases = LATE.flatMap(([file, intent]) => Object.entries(DAMAGES).map(([how, damage]) => [file, how, damage, intent] as const));

itOnUnix.each(cases)("says that its file %s is %s, blames nobody else, and touches nothing", async (file, _how, damage, intent) => {
  const path = join(dirname(fixture.program.script), file);
  const whole = readFileSync(path);
  renameSync(path, `${path}.whole`);
  writeFileSync(path, whole);
  damage(path);
  try {
    const { exitCode, output, errorOutput } = await fixture.program.run(["apply", fixture.program.writeIntent(intent())], {
      ...fixture.environment,
      CERTIFICATE: join(fixture.program.workFolder, "any.pfx"),
    });
    expect(exitCode).toBe(1);
    const lines = (output + errorOutput).trimEnd().split("\n");
    expect(lines.slice(-4)).toEqual([
      `Error: The program's file ${file} cannot be loaded`,
      expect.stringMatching(/^ {2}Why: .+\.$/),
      expect.stringMatching(/^ {2}What to do: synthesise and deploy again/),
      "  Exit code 1 (copy failed)",
    ]);
    expect(fixture.service.requests.filter(({ method }) => method === "PUT")).toEqual([]);
  } finally {
    renameSync(`${path}.whole`, path);
  }
});
