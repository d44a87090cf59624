import fc from "fast-check";
import { nameFilter } from "../../../../src/engine/set/plan/name-filter";

function matches(glob: string, name: string): boolean {
  return nameFilter([glob], [])(name);
}

describe("a glob", () => {
  test.each([
    ["*.txt", ["a.txt", ".txt", "a\n.txt"], ["a.txt/b", "d/a.txt", "atxt", "a.txt "]],
    ["**/*.txt", ["a.txt", "d/a.txt", "d/.hid/a.txt", "/a.txt"], ["a.txt/b"]],
    ["d/**", ["d/", "d/a", "d/e/f"], ["d", "de/f"]],
    ["a/**/b", ["a/b", "a/x/b", "a/x/y/b"], ["a/xb", "ab"]],
    ["a**b", ["ab", "a/b", "axx/yb"], ["a/bc"]],
    ["***/b", ["/b", "a/c/b"], ["b"]],
    ["?", ["a", "é", "😀", "{"], ["", "ab", "/"]],
    ["{a,b}.*", ["a.x", "b."], ["c.x", "ab.x", "a,b.x"]],
    ["{a,{b,c}d,}e", ["ae", "bde", "cde", "e"], ["be", "ade", "de"]],
    ["x{**/,}y", ["xy", "xa/y", "xa/b/y"], ["xay"]],
    ["{}a{b}", ["ab"], ["{}a{b}", "a"]],
    ["a,b}", ["a,b}"], ["a", "b}"]],
    ["\\*\\{\\,\\}\\\\\\a", ["*{,}\\a"], ["x{,}\\a", "*{,}a"]],
    ["a\\", ["a\\"], ["a"]],
    ["[a-z].$^+()|", ["[a-z].$^+()|"], ["a.$^+()|"]],
    ["{a,a,aa}{a,,a}", ["a", "aa", "aaa"], ["", "aaaa"]],
  ])("%s", (glob, taken, left) => {
    expect(taken.filter((name) => !matches(glob, name))).toEqual([]);
    expect(left.filter((name) => matches(glob, name))).toEqual([]);
  });

  test("with a { without its } is refused", () => {
    expect(() => nameFilter(["a{b,{c}"], [])).toThrow('the glob "a{b,{c}" has a { without its }');
  });

  test("with ten thousand braces in each other, or as many alternatives, is a glob like others", () => {
    const many = 10_000;
    expect(matches(`${"{".repeat(many)}a${"}".repeat(many)}`, "a")).toBe(true);
    const alternatives = Array.from({ length: many }, (_, index) => `name-${index}`);
    expect(matches(`{${alternatives.join(",")}}`, `name-${many - 1}`)).toBe(true);
    expect(matches(`{${alternatives.join(",")}}`, `name-${many}`)).toBe(false);
  });
});

/**
 * A run cannot be aborted while a name is matched, so a backtracking regular expression would block
 * the whole run.
 */
test.each([
  ["many stars across segments", "**a**a**a**a**a**a**b", "a".repeat(900)],
  ["many stars in a segment below any folder", "**/*-*-*-*-*.json", `x/${"-a".repeat(450)}`],
  ["many folders in many folders", "**/**/**/**/**/**/**/**/x", "d/".repeat(450)],
  ["alternatives of many lengths", `${"{a,aa,aaa}".repeat(100)}*b`, "a".repeat(900)],
  ["alternatives that are alike", `${"{a,a}".repeat(100)}${"{,a}".repeat(100)}*b`, "a".repeat(900)],
  ["alternatives that are stars", `${"{*,**}".repeat(50)}b`, "a/".repeat(450)],
  ["alternatives in alternatives", `${"{".repeat(50)}**/${",*}".repeat(50)}b`, "a/".repeat(450)],
])("%s take no more time than a long name and glob need", (_, glob, name) => {
  const passes = nameFilter([glob], []);
  const began = process.cpuUsage();
  for (let index = 0; index < 60; index++) expect(passes(`${name}${index}`)).toBe(false);
  expect(process.cpuUsage(began).user).toBeLessThan(5_000_000);
});

/**
 * The meaning of globs since the first release, as a regular expression. It is correct, but slow
 * where it can match in many ways.
 */
function asExpression(glob: string): RegExp {
  let depth = 0;
  const source = glob.replace(/\*\*\/|\*+|\?|\{|\}|,|\\?[^]/gu, (token) => {
    if (token === "**/") return "(?:[^]*/)?";
    if (token === "*") return "[^/]*";
    if (token.startsWith("**")) return "[^]*";
    if (token === "?") return "[^/]";
    if (token === "{") {
      depth++;
      return "(?:";
    }
    if (token === "}" && depth > 0) {
      depth--;
      return ")";
    }
    if (token === "," && depth > 0) return "|";
    const character = token.startsWith("\\") && token.length > 1 ? token.slice(1) : token;
    return /[\^$\\.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character;
  });
  return new RegExp(`^${source}$`, "u");
}

const piece = fc.constantFrom("a", "b", "/", "*", "**", "**/", "?", ",", ".", "}", "\\", "\\*", "\\{", "\\,", "é", "😀", "\n", "[", "$");
const { glob: globs } = fc.letrec<{ readonly glob: string; readonly group: string }>((tie) => ({
  glob: fc
    .array(fc.oneof({ weight: 5, arbitrary: piece }, { weight: 1, arbitrary: tie("group") }), { maxLength: 6 })
    .map((all) => all.join("")),
  group: fc.array(tie("glob"), { minLength: 1, maxLength: 3 }).map((all) => `{${all.join(",")}}`),
}));
const nameParts = fc.constantFrom("a", "b", "/", "a/", ".", "é", "😀", "\n", "*", "{", "}", ",", "\\", "[", "$");
const names = fc.array(nameParts, { maxLength: 7 }).map((all) => all.join(""));

test("any small glob takes the names that its regular expression takes", () => {
  let taken = 0;
  fc.assert(
    fc.property(globs, fc.array(names, { minLength: 8, maxLength: 8 }), (glob, some) => {
      let expression: RegExp;
      try {
        expression = asExpression(glob);
      } catch {
        // A backslash before a } or a { leaves a brace open, which both refuse.
        expect(() => nameFilter([glob], [])).toThrow("has a { without its }");
        return;
      }
      const passes = nameFilter([glob], []);
      const expected = some.filter((name) => expression.test(name));
      expect(some.filter(passes)).toEqual(expected);
      taken += expected.length;
    }),
    { numRuns: 5000 },
  );
  // Otherwise no glob would match the names, and the test would compare nothing.
  expect(taken).toBeGreaterThan(500);
});
