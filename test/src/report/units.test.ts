import { formatBlobRate, formatBytes, formatDuration } from "../../../src/report/units";

it.each([
  [0, "0 B"],
  [1023, "1023 B"],
  [1024, "1.0 KiB"],
  [10_240, "10 KiB"],
  [1_048_575, "1.0 MiB"],
  [5_000 * 1_048_576, "4.9 GiB"],
  [2 ** 60, "1024 PiB"],
])("shows %d bytes as %s", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

it.each([
  [0, "0.0 s"],
  [9_949, "9.9 s"],
  [9_950, "10 s"],
  [59_600, "1 min"],
  [125_000, "2 min 5 s"],
  [3_600_000, "1 h"],
  [3_720_000, "1 h 2 min"],
])("shows %d ms as %s", (milliseconds, text) => {
  expect(formatDuration(milliseconds)).toBe(text);
});

it.each([
  [0.2, "0 blobs/s"],
  [1.4, "1 blob/s"],
  [1_234.5, "1,235 blobs/s"],
])("shows %d blobs a second as %s", (rate, text) => {
  expect(formatBlobRate(rate)).toBe(text);
});
