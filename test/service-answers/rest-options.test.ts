import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ENTRIES, OF_ONE_OPERATION } from "../../scripts/rest-options/entries";
import { page, rows } from "../../scripts/rest-options/table";
import { COPY_OPTION_NAMES, COPY_OPTIONS, type CopyOption } from "../../src/intent";

const said = rows().flatMap(({ entry }) => (entry === undefined ? [] : [entry]));
const KEYS = ["source.encryptionKeyEnvironment", "destination.encryptionKeyEnvironment"];
const options = said.flatMap((entry) => ("option" in entry ? [entry.option] : []));

describe("the table of the parameters of the operations that copy", () => {
  it("has an entry for each parameter", () => {
    expect(rows().filter(({ entry }) => entry === undefined)).toEqual([]);
    expect(rows().length).toBeGreaterThan(150);
  });

  it("has a reason for whatever is not offered", () => {
    const reasons = said.flatMap((entry) => ("notOffered" in entry ? [entry.notOffered] : []));
    expect(reasons.filter((reason) => reason.split(" ").length < 4)).toEqual([]);
  });

  it("has no entry for what no operation takes", () => {
    const taken = new Set(rows().map(({ name }) => name.toLowerCase()));
    const entries = [...Object.keys(ENTRIES), ...Object.values(OF_ONE_OPERATION).flatMap((own) => Object.keys(own))];
    expect(entries.filter((name) => !taken.has(name))).toEqual([]);
  });

  it("names options that there are, and their names inside", () => {
    const known = COPY_OPTION_NAMES.flatMap((name) => {
      const option: CopyOption = COPY_OPTIONS[name];
      return [name, ...(option.shape === "map" ? (option.names ?? []).map((inner) => `${name}.${inner}`) : [])];
    });
    expect(options.filter((name) => ![...known, "source", "destination", "source.credential", ...KEYS].includes(name))).toEqual([]);
  });

  it("has every option that sets a property of the destination", () => {
    const named = new Set(options.map((name) => name.split(".")[0]));
    const setting = COPY_OPTION_NAMES.filter((name) => "sets" in COPY_OPTIONS[name]);
    expect(setting.filter((name) => !named.has(name))).toEqual([]);
  });

  it("is the one in docs", () => {
    expect(readFileSync(join(__dirname, "../../docs/rest-options.md"), "utf8")).toBe(page());
  });
});
