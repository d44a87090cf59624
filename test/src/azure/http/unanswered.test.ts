import { Unanswered } from "../../../../src/azure/http/unanswered";
import { ServiceError } from "../../../../src/failure/service-error";

const URL = "https://a.blob.test/c/b";
const asked = { side: "destination", operation: "Copy Blob", url: URL } as const;
const refusal = (status: number, code: string) => new ServiceError({ ...asked, status, code, message: "no", outcomeUnknown: false });

let now = 0;
let unanswered: Unanswered;
beforeEach(() => {
  now = 1_000_000;
  unanswered = new Unanswered(() => now);
});

test("the oldest request without an answer is told once it is slow", () => {
  const end = unanswered.begin(asked);
  now += 1_000;
  expect(unanswered.trouble).toBeUndefined();
  now += 5_000;
  unanswered.begin({ ...asked, operation: "Get Blob Properties" });
  const text = `the service did not answer Copy Blob on ${URL} for 6 seconds`;
  expect(unanswered.trouble).toEqual({ side: "destination", text });
  end();
  expect(unanswered.trouble).toBeUndefined();
});

test("a refusal is told until the same request is answered, or a minute has gone by", () => {
  const refuse = () => unanswered.refused(refusal(503, "ServerBusy"));
  refuse();
  unanswered.answered({ ...asked, url: `${URL}/other` });
  expect(unanswered.trouble?.text).toMatch(/Copy Blob on \S+ was answered 503 ServerBusy/);
  unanswered.answered(asked);
  expect(unanswered.trouble).toBeUndefined();
  refuse();
  unanswered.refused(refusal(404, "BlobNotFound"));
  expect(unanswered.trouble).toBeUndefined();
  refuse();
  now += 60_000;
  expect(unanswered.trouble).toBeUndefined();
});
