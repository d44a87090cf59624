import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { OutcomeRecord } from "../../../src/commands/outcome-record";
import { CopyFailure } from "../../../src/failure/copy-failure";
import { type Cause, Causes } from "../../../src/failure/causes";
import { ExitCode } from "../../../src/failure/exit-code";
import { KNOWN_CAUSES } from "../../../src/failure/diagnosis/diagnose";
import { ended, failureSentences, sentence, withoutFullStop } from "../../../src/failure/sentences";
import { failureText } from "../../../src/report/live/failure-text";
import { setFailuresText } from "../../../src/report/set-counts";

const SRC = join(__dirname, "../../../src");
const FACTORIES = /^(badIntent|because)$/;
const CALLED_REMEDY = /remed(y|ies)/i;

/**
 * All remedies that a user can see: in tables, from functions that choose one, and in single
 * failures.
 */
function remediesInSource(): string[] {
  const found: string[] = [];
  const take = (node: ts.Node | undefined): void => {
    if (node === undefined) return;
    if (ts.isStringLiteralLike(node)) found.push(node.text);
    else if (ts.isTemplateExpression(node))
      found.push(node.head.text + node.templateSpans.map(({ literal }) => `something${literal.text}`).join(""));
    else if (ts.isConditionalExpression(node)) [node.whenTrue, node.whenFalse].forEach(take);
    // One remedy for each side.
    else if (ts.isObjectLiteralExpression(node))
      for (const property of node.properties) take(ts.isPropertyAssignment(property) ? property.initializer : undefined);
  };
  const takeAllIn = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) && node.text.includes(" ")) found.push(node.text);
    else if (ts.isTemplateExpression(node)) take(node);
    ts.forEachChild(node, takeAllIn);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && node.name.getText() === "remedy") take(node.initializer);
    else if (ts.isVariableDeclaration(node) && CALLED_REMEDY.test(node.name.getText()) && node.initializer) takeAllIn(node.initializer);
    else if (ts.isCallExpression(node) && FACTORIES.test(node.expression.getText().split(".").at(-1) ?? "")) take(node.arguments[2]);
    else if (ts.isReturnStatement(node) && isInRemedyFunction(node) && node.expression) take(node.expression);
    ts.forEachChild(node, visit);
  };
  for (const file of readdirSync(SRC, { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".ts")) continue;
    visit(ts.createSourceFile(file, readFileSync(join(SRC, file), "utf8"), ts.ScriptTarget.ES2022, true));
  }
  return [...new Set(found)].filter((text) => text !== "");
}

function isInRemedyFunction(node: ts.Node): boolean {
  const declaration = ts.findAncestor(node, ts.isFunctionDeclaration);
  return CALLED_REMEDY.test(declaration?.name?.text ?? "");
}

function causesOf(why: string, remedy: string): readonly Cause[] {
  const causes = new Causes();
  causes.add(`${ended(why)} What to do: ${ended(remedy)}`, "k");
  return causes.list;
}

/** All forms in which a failure is printed. */
function printed(failure: CopyFailure): string[] {
  const { exitCode, what, why, remedy } = failure;
  const [word] = new OutcomeRecord().undeliveredMessages(["https://a/b/c"], failure, 0);
  return [
    ...failureText({ type: "run-failed", exitCode, what, why, remedy }).slice(1, 3),
    ...setFailuresText({ type: "set-failures", failed: 1, failures: [], causes: causesOf(why, remedy) }),
    failureSentences(failure),
    word?.text ?? "",
  ];
}

const remedies = remediesInSource();

test("remedies are found in tables, in functions, and at single failures of every area", () => {
  expect(remedies.length).toBeGreaterThan(100);
  expect(remedies).toEqual(
    expect.arrayContaining(["enable the storage account, and check its subscription", "deploy again", "deploy again when you are ready"]),
  );
});

test.each(remedies)("is printed with exactly one full stop: %s", (remedy) => {
  for (const why of ["the service said no", "The specified container does not exist."]) {
    const failure = new CopyFailure({ exitCode: ExitCode.COPY_FAILED, what: "The copy failed", why, remedy });
    const longer = new CopyFailure({ exitCode: failure.exitCode, what: failure.what, why, remedy: `${failure.remedy}; 3 blobs stay` });
    for (const line of [...printed(failure), ...printed(longer)]) {
      expect(line).toMatch(/[^.][.?!]$/);
      expect(line).not.toMatch(/(?<!\.)\.[.;:,](?!\.)/);
    }
  }
});

test("a sentence begins with a capital, unless its first word is a name", () => {
  expect(sentence("check the key")).toBe("Check the key.");
  expect(sentence("destinationLeaseId is not the lease")).toBe("destinationLeaseId is not the lease.");
  expect(sentence("Already one.")).toBe("Already one.");
  expect(sentence("wait: it ends")).toBe("Wait: it ends.");
});

test("a full stop is added once, and not to an ellipsis or a question", () => {
  expect(ended("done")).toBe("done.");
  expect(ended("done.")).toBe("done.");
  expect(ended("and so on …")).toBe("and so on …");
  expect(ended("is it?")).toBe("is it?");
  expect(ended("")).toBe("");
  expect(withoutFullStop("Use https. Or http.")).toBe("Use https. Or http");
  expect(withoutFullStop("and so on...")).toBe("and so on...");
});

/** Actions that a remedy can ask for. */
const DOINGS =
  /\b(?:abort|add|allow|ask|check|clear|close|copy|correct|create|declare|delete|deploy|enable|end|find out|give|grant|hand|issue|leave|let|look|make|name|pass|raise|reach|rehydrate|remove|restore|run|see|set|sign in|take|undelete|update|use|wait|write)\b/;

it("says what to do about each known cause, and not only what it is", () => {
  const all = KNOWN_CAUSES.flatMap(({ codes, remedy }) =>
    (typeof remedy === "string" ? [remedy] : Object.values(remedy)).map((text) => ({ codes, text })),
  );
  expect(all.length).toBeGreaterThan(100);
  expect(all.filter(({ text }) => !DOINGS.test(text))).toEqual([]);
});
