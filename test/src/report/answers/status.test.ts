import { statusText } from "../../../../src/report/answers/status";

const destination = "https://dest.blob.core.windows.net/release/v3.onnx";

it("makes one printable line of whatever the service says, and of an earlier run's word", () => {
  const report = {
    destination,
    exists: true,
    etag: '"0x8D"',
    copyId: "id",
    copyStatus: "failed",
    copySource: "",
    statusDescription: "a\u009b31mb",
  } as const;
  const word = { at: "2026-01-01T00:00:00.000Z", destination, outcome: "failed", text: "one\r\ntwo" };
  expect(statusText([report], [word], "text")).toEqual([
    `failed   ${destination}, copy id id, the service says: a 31mb`,
    "From an earlier run, 2026-01-01T00:00:00.000Z: one two",
  ]);
});

it.each([
  [{ copySource: "" }, ""],
  [{ copySource: "https://a.test/declared", fromDeclaredSource: true }, ""],
  [{ copySource: "https://a.test/other", fromDeclaredSource: false }, ", from another source: https://a.test/other"],
])("says that a copy is from another source only where the service shows its source: %j", (source, said) => {
  const report = { destination, exists: true, etag: '"0x8D"', copyId: "id", copyStatus: "pending", ...source } as const;
  expect(statusText([report], [], "text")).toEqual([`pending  ${destination}, copy id id${said}`]);
});
