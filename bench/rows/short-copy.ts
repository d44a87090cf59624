import { CopyMethod } from "../../src/intent";
import { copyIntent, runProgram } from "../our-program";
import { OURS, type Row, type Sample } from "../row";
import { blobName, CONTAINER } from "../service/protocol";
import { ServiceProcess } from "../service/service-process";
import { timeProcess } from "../timed-process";
import { NODE_PATH } from "../workshop";

const PENDING_MILLISECONDS = 1_000;

/** The delay until the end of an asynchronous copy is noticed. */
export const shortCopy: Row = {
  id: "short-copy",
  title: () => "how late the end of an asynchronous copy of 1 s is seen",
  isDrawn: true,

  async prepare({ workshop }) {
    const service = await ServiceProcess.start(workshop.client("service"), { latencyMilliseconds: 0, recordsRequests: true });
    const { accounts } = service;
    const { source, destination } = accounts;
    await service.ask("putBlobs", { count: 1_000, bytes: 1_024 });
    await service.ask("keepPending", PENDING_MILLISECONDS);
    // The SDK's runs are made at the same time, so each run uses its own blob.
    let runs = 0;
    const nextBlob = () => blobName(runs++);

    const sample = async (blob: string, seenAt: number, endedAt: number): Promise<Sample> => {
      const requests = await service.ask("requestsFor", blob);
      const started = requests.findIndex(({ operation }) => operation === "Copy Blob");
      const copyEndedAt = (requests[started]?.at ?? NaN) + PENDING_MILLISECONDS;
      return {
        seen: (seenAt - copyEndedAt) / 1_000,
        ended: (endedAt - copyEndedAt) / 1_000,
        looks: requests.slice(started).filter(({ operation }) => operation === "Get Blob Properties").length,
      };
    };
    return {
      figures: [
        { key: "seen", label: "seen after the copy's end", unit: "s" },
        { key: "ended", label: "process over", unit: "s" },
        { key: "looks", label: "status requests", unit: "" },
      ],
      contenders: [
        {
          name: OURS,
          does: "method pinned to Copy Blob; seen when the program reports the copy as completed",
          measure: async () => {
            const blob = nextBlob();
            const { output, endedAt } = await runProgram(workshop, accounts, copyIntent(accounts, blob, CopyMethod.COPY_BLOB));
            return sample(blob, timeOf(output, "copy-completed"), endedAt);
          },
        },
        {
          name: "SDK poller",
          does: "@azure/storage-blob, beginCopyFromURL().pollUntilDone() at its defaults; seen when that resolves; all runs at the same time",
          onlyWaits: true,
          measure: async () => {
            const blob = nextBlob();
            const { output, endedAt } = await timeProcess(process.execPath, [workshop.client("sdk-poller")], {
              cwd: workshop.newFolder(),
              env: {
                NODE_PATH,
                SOURCE_URL: `${source.endpoint}/${CONTAINER}/${blob}?${source.sas}`,
                DESTINATION_CONNECTION: destination.connectionString,
                CONTAINER,
                BLOB: blob,
              },
            });
            return sample(blob, Number(output), endedAt);
          },
        },
      ],
      goals: [{ text: "seen within 0.25 s", limit: () => 0.25 }],
      missing: [],
      notes: [],
      dispose: () => service.stop(),
    };
  },
};

/** Time of the first event of this kind among the program's JSON lines. */
function timeOf(output: string, event: string): number {
  for (const line of output.split("\n").filter((text) => text.startsWith("{"))) {
    const { time, event: name } = JSON.parse(line) as { readonly time: string; readonly event: string };
    if (name === event) return Date.parse(time);
  }
  throw new Error(`The program did not report ${event}:\n${output}`);
}
