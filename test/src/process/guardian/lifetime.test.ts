import { Cancellation } from "../../../../src/process/guardian/cancellation";
import { limitLifetime, ROLLBACK_LIMIT_MILLISECONDS } from "../../../../src/process/guardian/lifetime";

const HOUR = 3_600_000;
let overruns: { exitCode: number; what: string }[];
let cancellation: Cancellation;

beforeEach(() => {
  jest.useFakeTimers();
  overruns = [];
  cancellation = new Cancellation();
});

afterEach(() => jest.useRealTimers());

const limit = (runMilliseconds: number, rollbackMilliseconds = ROLLBACK_LIMIT_MILLISECONDS) =>
  limitLifetime(cancellation, { runMilliseconds, rollbackMilliseconds }, (failure) => overruns.push(failure));

it("gives a rollback ten minutes from its cancellation, and keeps the cancellation's exit code", () => {
  limit(HOUR);
  jest.advanceTimersByTime(HOUR / 2);
  cancellation.request("SIGTERM");
  jest.advanceTimersByTime(10 * 60_000 - 1);
  expect(overruns).toEqual([]);
  jest.advanceTimersByTime(1);
  expect(overruns).toEqual([expect.objectContaining({ exitCode: 143, what: "The rollback did not finish in time" })]);
});

it("bounds a run that is never cancelled by its timeout and one rollback", () => {
  limit(HOUR);
  jest.advanceTimersByTime(HOUR + 10 * 60_000 - 1);
  expect(overruns).toEqual([]);
  jest.advanceTimersByTime(1);
  expect(overruns).toEqual([expect.objectContaining({ exitCode: 124 })]);
});

it("does not end a run at once whose timeout is longer than a timer can be", () => {
  limit(60 * 24 * HOUR);
  jest.advanceTimersByTime(24 * HOUR);
  expect(overruns).toEqual([]);
});

it("ends what has nothing to roll back with its cancellation", () => {
  limit(HOUR, 0);
  cancellation.request("SIGINT");
  expect(overruns).toEqual([expect.objectContaining({ exitCode: 130 })]);
});

it("notices a cancellation that came before", () => {
  cancellation.request("SIGINT");
  limit(HOUR, 0);
  expect(overruns).toHaveLength(1);
});

it("is lifted", () => {
  limit(HOUR)();
  cancellation.request("SIGINT");
  jest.advanceTimersByTime(2 * HOUR);
  expect(overruns).toEqual([]);
});

it("ends what has nothing to roll back with its timeout, and says what kept it waiting", () => {
  const trouble = { side: "source" as const, text: "the service did not answer" };
  const limits = { runMilliseconds: 6_000, rollbackMilliseconds: 0 };
  limitLifetime(
    cancellation,
    limits,
    (failure) => overruns.push(failure),
    () => trouble,
  );
  jest.advanceTimersByTime(6_000);
  const why = "it was not finished after 6 seconds, its declared timeout; the service did not answer";
  expect(overruns).toEqual([expect.objectContaining({ exitCode: 124, side: "source", why })]);
});
