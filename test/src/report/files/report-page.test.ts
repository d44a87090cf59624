import { type BlobResult, CopyMethod } from "../../../../src/intent";
import { LATENCY_BOUNDS } from "../../../../src/report/files/latency-bounds";
import { ReportFigures } from "../../../../src/report/files/report-figures";
import { reportHtml } from "../../../../src/report/files/report-html";

const result = (change: Partial<BlobResult>): BlobResult => ({
  key: "blob",
  source: "",
  destination: "",
  status: "copied",
  etag: "",
  versionId: "",
  bytes: 1024,
  milliseconds: 12,
  method: CopyMethod.PUT_BLOB_FROM_URL,
  detail: "",
  ...change,
});

let now = 0;
const figures = () => {
  now = 0;
  return new ReportFigures(0, () => now);
};

it("is one file that asks for nothing else and runs nothing", () => {
  const html = reportHtml(figures(), "Stack/set", "complete");
  expect(html).not.toMatch(/<script|<link|<img|url\(|https?:/);
});

it("shows names as text, whatever they are", () => {
  const all = figures();
  all.add(result({ key: "<script>alert('x')</script>", status: "failed", detail: 'because of <b>"this"</b> & that' }));
  const html = reportHtml(all, "</title><script>", "not complete");
  expect(html).not.toMatch(/<script|<b>/);
  expect(html).toContain("&#60;script&#62;alert(&#39;x&#39;)");
});

it("keeps the slowest, slowest first, and every one in the histogram", () => {
  const all = figures();
  for (let index = 0; index < 1_000; index++) all.add(result({ key: `blob ${index}`, milliseconds: (index * 37) % 1_000 }));
  expect(all.slowest).toHaveLength(20);
  expect(all.slowest.map(({ milliseconds }) => milliseconds)).toEqual(Array.from({ length: 20 }, (_, index) => 999 - index));
  expect(all.latencies.reduce((sum, count) => sum + count)).toBe(1_000);
});

it("stays small however long a set takes, and loses no blob over it", () => {
  const all = figures();
  for (let index = 0; index < 50_000; index++) {
    now = index * 1_000;
    all.add(result({ bytes: 1 }));
  }
  expect(all.intervals.length).toBeLessThanOrEqual(240);
  expect(all.intervals.reduce((sum, { blobs }) => sum + blobs, 0)).toBe(50_000);
  expect(all.intervals.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(50_000);
});

it("tells each cause of failures once, with its count and the first blobs", () => {
  const all = figures();
  for (let index = 0; index < 25; index++) {
    const detail = `The copy to https://account/c/blob-${index} failed: it was answered 403 AuthorizationFailure. Check the key.`;
    all.add(result({ key: `blob-${index}`, status: "failed", detail }));
  }
  all.add(result({ key: "odd", status: "failed", detail: "something else" }));
  const html = reportHtml(all, "Stack/set", "not complete");
  expect(html.match(/AuthorizationFailure/g)).toHaveLength(1);
  expect(html).toContain("<h3>25 blobs</h3>");
  expect(html).toContain("<li>blob-19</li>");
  expect(html).not.toContain("<li>blob-20</li>");
  expect(html).toContain("and 5 more");
  expect(html).toContain("<h3>1 blob</h3>");
});

describe("a chart", () => {
  /** The drawings of a page, with the width for which each is made. */
  const drawings = (html: string) =>
    [...html.matchAll(/<svg[^>]*viewBox="0 0 (\d+) 180"[^>]*>(.*?)<\/svg>/gs)].map(([, width, content = ""]) => ({
      width: Number(width),
      texts: [...content.matchAll(/<text x="([\d.]+)" y="([\d.]+)" text-anchor="middle">([^<]*)</g)].map(([, x, , text = ""]) => ({
        x: Number(x),
        text,
      })),
    }));
  const full = () => {
    const all = figures();
    for (const bound of LATENCY_BOUNDS) all.add(result({ milliseconds: bound }));
    return drawings(reportHtml(all, "Stack/set", "complete"));
  };

  it("is there for wide and for narrow windows, so that its letters have one size in both", () => {
    expect(full().map(({ width }) => width)).toEqual([720, 360, 720, 360]);
  });

  it("has no label that runs into the next one", () => {
    for (const { texts } of full().slice(2)) {
      expect(texts.length).toBeGreaterThan(2);
      texts.slice(1).forEach(({ x, text }, index) => {
        const before = texts[index];
        // A digit of this size takes six units.
        expect(x - (before?.x ?? 0)).toBeGreaterThanOrEqual(3 * (text.length + (before?.text.length ?? 0)));
      });
    }
  });
});
