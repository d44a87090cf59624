import { copyIntent } from "../our-program";
import { azcopyCopy, azCopyStart, rcloneCopy } from "../peers/copy-commands";
import { missing } from "../peers/find-peers";
import { OURS, type Contender, type Row } from "../row";
import { blobName } from "../service/protocol";
import { timeProcess } from "../timed-process";
import { ServiceRow } from "./service-row";

const BYTES = 1024 ** 2;
const LATENCY_MILLISECONDS = 10;
const blob = blobName(0);

/** The least time that a deploy with one copy takes. */
export const oneBlob: Row = {
  id: "one-blob",
  title: () => `one blob of 1 MiB across accounts, whole process, ${LATENCY_MILLISECONDS} ms a request`,
  isDrawn: true,

  async prepare(bench) {
    const { workshop, peers } = bench;
    const row = await ServiceRow.start(bench, { latencyMilliseconds: LATENCY_MILLISECONDS }, { count: 1, bytes: BYTES });
    const { accounts } = row;

    const contenders: Contender[] = [
      {
        name: OURS,
        does: "launcher, guardian, look at both sides, copy, check",
        measure: () => row.runOurs(copyIntent(accounts, blob)),
      },
      {
        name: "empty node script",
        does: "starts and ends: the least that a provisioner in node can take",
        measure: async () => {
          const { seconds } = await timeProcess(process.execPath, [workshop.client("empty")], { cwd: workshop.newFolder() });
          return { seconds, requests: 0 };
        },
      },
    ];
    const { rclone, azcopy, az } = peers;
    if (rclone) {
      contenders.push({
        name: "rclone",
        does: "rclone copyto --server-side-across-configs",
        measure: () => row.runPeer(rclone.command, (folder) => rcloneCopy(accounts, { blob }, folder)),
      });
    }
    if (azcopy) {
      contenders.push({
        name: "AzCopy",
        does: "azcopy copy",
        measure: () => row.runPeer(azcopy.command, (folder) => azcopyCopy(accounts, { blob }, folder)),
      });
    }
    if (az) {
      contenders.push({
        name: "az copy start",
        does: "az storage blob copy start, which starts the copy and does not wait for it",
        measure: () => row.runPeer(az.command, (folder) => azCopyStart(accounts, blob, folder)),
      });
    }
    return {
      figures: [
        { key: "seconds", label: "time", unit: "s" },
        { key: "requests", label: "requests", unit: "" },
      ],
      contenders,
      goals: [{ text: "at most 0.35 s", limit: () => 0.35 }],
      missing: [...(rclone ? [] : [missing("rclone")]), ...(azcopy ? [] : [missing("AzCopy")]), ...(az ? [] : [missing("Azure CLI")])],
      notes: ["The Azure CLI's first run on a machine compiles its Python files and takes longer."],
      dispose: () => row.stop(),
    };
  },
};
