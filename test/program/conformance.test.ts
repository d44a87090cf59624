import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ConformanceReport } from "../../src/conformance/report";
import { FakeBlobService } from "../support/fake-blob-service";
import { eventually, Program } from "./program";

let service: FakeBlobService;
const program = new Program();

beforeAll(async () => {
  service = await FakeBlobService.start();
});
afterAll(async () => {
  await program.dispose();
  await service.stop();
});

function start() {
  const args = ["source", "dest"].flatMap((name) => {
    const side = name === "dest" ? "destination" : name;
    return [`--${side}`, service.endpoint(name), `--${side}-credential`, `account-key:${name.toUpperCase()}_KEY`];
  });
  const keys = { SOURCE_KEY: service.account("source").key, DEST_KEY: service.account("dest").key };
  return program.start(["conformance", ...args, "--report", "report.json"], keys);
}

const containers = () => ["source", "dest"].flatMap((name) => service.account(name).containerNames());

it("says what it costs, and removes its containers also when it is interrupted", async () => {
  const run = start();
  await eventually(() => run.output().includes("pass  "));
  expect(containers()).toHaveLength(2);
  run.child.kill("SIGINT");

  const { exitCode, output, errorOutput } = await run.ended;
  expect({ exitCode, errorOutput }).toEqual({ exitCode: 130, errorOutput: "" });
  expect(output).toMatch(/about \d+ requests.* cents at list price\.\n.*never more than five/);
  expect(output).toContain("The suite's containers are removed.");
  expect(containers()).toEqual([]);
  const report = JSON.parse(readFileSync(join(program.workFolder, "report.json"), "utf8")) as ConformanceReport;
  expect(report).toMatchObject({ accounts: "two", serviceVersion: "2026-04-06" });
  const verdicts = new Set(report.results.map(({ verdict, text }) => (text === "the run ended before it" ? text : verdict)));
  expect([...verdicts]).toEqual(expect.arrayContaining(["pass", "the run ended before it"]));
  expect(JSON.stringify(report)).not.toContain(service.endpoint("dest"));
});

it("says which right is missing when it may not create its containers", async () => {
  const sas = service.account("source").sas({ container: "none", permissions: "r" });
  const args = ["conformance", "--source", service.endpoint("source"), "--source-credential", "sas:SAS"];
  const { exitCode, output } = await program.run(args, { SAS: sas });
  expect(exitCode).toBe(3);
  expect(output).toMatch(/could not be created: Create Container at .* was answered 403 .*may create and delete containers/s);
});
