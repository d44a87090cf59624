import fc from "fast-check";
import { haveCommonName, type Names, namesRead, namesWritten, oneName } from "../../../lib/validation/shared/set-names";
import { nameFilter } from "../../../src/engine/set/plan/name-filter";

const numRuns = Number(process.env.PROPERTY_RUNS ?? 200);
const LETTERS = ["a", "b", "/"];

/** All names of up to four characters from an alphabet of three. */
const NAMES: readonly string[] = (() => {
  const all: string[] = [];
  let grown = [""];
  for (let length = 1; length <= 4; length++) {
    grown = grown.flatMap((name) => LETTERS.map((letter) => name + letter));
    all.push(...grown);
  }
  return all;
})();

const glob = fc.constantFrom(
  "*",
  "**",
  "a",
  "b",
  "a*",
  "*b",
  "a/*",
  "a/**",
  "**/b",
  "?",
  "??",
  "{a,ab}",
  "*a*",
  "b/{a,**}",
  "{*,a/*}b",
  "ab",
);
const filter = fc.record({ include: fc.array(glob, { maxLength: 2 }), exclude: fc.array(glob, { maxLength: 2 }) });

const isCommon = (some: readonly Names[], others: readonly Names[]) =>
  some.some((one) => others.some((other) => haveCommonName(one, other)));

describe("names of a set", () => {
  it("are those that its filter leaves", () => {
    fc.assert(
      fc.property(filter, ({ include, exclude }) => {
        const passes = nameFilter(include, exclude);
        const names = namesWritten("//host/c/x/", { include, exclude, rename: {} });
        expect(NAMES.filter((name) => isCommon(names, [oneName(`//host/c/x/${name}`)]))).toEqual(NAMES.filter(passes));
      }),
      { numRuns },
    );
  });

  it("are found among those of another set, if a name passes both filters", () => {
    fc.assert(
      fc.property(filter, filter, fc.constantFrom("", "a/", "ab", "b"), (one, other, deeper) => {
        const [passesOne, passesOther] = [one, other].map(({ include, exclude }) => nameFilter(include, exclude));
        const example = NAMES.find((name) => passesOne?.(deeper + name) === true && passesOther?.(name) === true);
        const [outer, inner] = [namesRead("x/", { ...one, rename: {} }), namesRead(`x/${deeper}`, { ...other, rename: {} })];
        if (example !== undefined) expect({ example, isFound: isCommon(outer, inner) }).toEqual({ example, isFound: true });
        expect(isCommon(inner, outer)).toBe(isCommon(outer, inner));
      }),
      { numRuns },
    );
  });

  it.each([
    ["**/*.json", "**/*.onnx", false],
    ["**/*.json", "a/**", true],
    ["{a,b}/*", "{b,c}/*", true],
    ["{a,b}/*", "{c,d}/*", false],
    ["*.json", "deep/*.json", false],
    ["a?c", "abc", true],
    ["*ä*", "*ö*", true],
    ["\\*", "a", false],
  ])("of the globs %s and %s: %s", (one, other, expected) => {
    const [first, second] = [one, other].map((include) => namesRead("x/", { include: [include], exclude: [], rename: {} }));
    expect(isCommon(first ?? [], second ?? [])).toBe(expected);
  });

  it("of globs with a great many states come to an end", () => {
    const globs = Array.from({ length: 12 }, (_, index) => `**${"ab".repeat(index)}*a**b*`);
    const one = namesRead("x/", { include: globs, exclude: globs.map((text) => `${text}a`), rename: {} });
    const other = namesRead("x/", { include: ["**c**d**e**f"], exclude: globs, rename: {} });
    const began = process.cpuUsage();
    isCommon(one, other);
    expect(process.cpuUsage(began).user).toBeLessThan(20_000_000);
  });

  it("of hundreds of renames are found at once", () => {
    const rules = (include: string, to: string) => ({
      include: [include],
      exclude: [],
      rename: Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`of/folder${index}/file.bin`, `${to}/${index}.bin`])),
    });
    const one = namesWritten("x/", rules("**/*.bin", "one"));
    const began = process.cpuUsage();
    expect(isCommon(one, namesWritten("x/", rules("**/*.txt", "other")))).toBe(false);
    expect(isCommon(one, namesWritten("x/", rules("**", "other")))).toBe(true);
    expect(process.cpuUsage(began).user).toBeLessThan(4_000_000);
  });
});
