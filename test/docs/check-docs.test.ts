import { readFileSync } from "node:fs";
import { join } from "node:path";
import { brokenLinks, brokenMentions, unlistedPages } from "../../scripts/docs/links";
import { anchors } from "../../scripts/docs/markdown";
import { staleReference } from "../../scripts/docs/reference";
import { readLibrary, wrongSnippets } from "../../scripts/docs/snippets";

const root = join(__dirname, "../..");
const library = readLibrary(join(root, "tsconfig.json"));

function documents(texts: Record<string, string>): ReadonlyMap<string, string> {
  return new Map(Object.entries(texts));
}

describe("the check of the documents", () => {
  const page = "# A page\n\n## The `end`, at last?\n\n## Twice\n\n## Twice\n";

  it("knows the anchors that GitHub makes", () => {
    expect([...anchors(`${page}\n<a name="by.hand" id="@by.id"></a>\n\n\`\`\`sh\n# no heading\n\`\`\`\n`)]).toEqual([
      "a-page",
      "the-end-at-last",
      "twice",
      "twice-1",
      "by.hand",
      "@by.id",
    ]);
  });

  it.each([
    ["[a](docs/page.md)", undefined],
    ["[a](docs/page.md#twice-1)", undefined],
    ["[a](#here) and `[no](link.md)`", undefined],
    ["[a](https://example.com/x)", undefined],
    ["[a](docs/pages.md)", "there is no docs/pages.md"],
    ["![a](docs/picture.svg)", "there is no docs/picture.svg"],
    ["[a](docs/page.md#thrice)", "no heading for #thrice"],
    ["[a](../../elsewhere.md)", "there is no ../../elsewhere.md"],
    ["[a](http://example.com)", "not https"],
    ['<a href="docs/none.md">', "there is no docs/none.md"],
  ])("judges %s", (link, problem) => {
    const all = documents({ "README.md": `# Here\n\n${link}\n`, "docs/page.md": page });
    const found = brokenLinks(all, (path) => all.has(path));
    expect(found).toEqual(problem === undefined ? [] : [expect.stringContaining(problem)]);
    for (const one of found) expect(one).toMatch(/^README\.md:3 /);
  });

  it("finds a page that the index does not list, and a mention in code that leads nowhere", () => {
    const all = documents({ "README.md": "[a](docs/a.md#x)", "docs/a.md": "", "docs/b.md": "", "docs/decisions/1.md": "" });
    expect(unlistedPages(all, "README.md", "docs")).toEqual([expect.stringContaining("docs/b.md")]);
    expect(brokenMentions("lib/x.ts", "// see docs/a.md and docs/c.md", all)).toEqual([expect.stringContaining("docs/c.md")]);
  });

  it("tells what the reference has not", () => {
    const name = "@cdktf-azure-blob-copy/cdktf";
    const reference = readFileSync(join(root, "docs/api/cdktf/API.md"), "utf8");
    const stale = (text: string) => staleReference(library.program, join(root, "lib/index.ts"), text, name);
    expect(stale(reference)).toEqual([]);
    expect(stale(reference.replaceAll(`id="${name}.BlobCopyConfig.property.timeout"`, ""))).toEqual([
      `the reference of ${name} has no BlobCopyConfig.timeout`,
    ]);
    expect(stale(reference.replaceAll("Ensures that a blob is at its destination", "A blob"))).toEqual([
      expect.stringContaining("does not say of BlobCopy: Ensures that a blob is at its destination"),
    ]);
  });

  it("compiles each example, with what is around it, and names the line that does not", () => {
    const block = (code: string) => `\`\`\`ts\n${code}\n\`\`\`\n`;
    const found = wrongSnippets(
      documents({
        "right.md": `${block('new BlobCopy(stack, "a", { ...places, wait: false });')}\nand\n${block("const model = 1;\nmodel.toFixed();")}`,
        "wrong.md": block('const kept = "x";\nnew BlobCopy(stack, "a", { ...places, wate: false });'),
        "app.md": block('import { App } from "cdktf";\nconst app = new App();\nnew BlobCopy(app, "a", places);\napp.synth();'),
      }),
      root,
      library,
    );
    expect(found).toEqual([
      expect.stringMatching(/^wrong\.md:3 .*'wate'/),
      expect.stringMatching(/^app\.md:4 Cannot find name 'BlobCopy'/),
      expect.stringMatching(/^app\.md:4 Cannot find name 'places'/),
    ]);
  });
});
