import { copyIntent } from "../our-program";
import { azcopyCopy } from "../peers/copy-commands";
import { missing } from "../peers/find-peers";
import { OURS, type Contender, type Row } from "../row";
import { blobName } from "../service/protocol";
import { times } from "../statistics";
import { ServiceRow } from "./service-row";

const GIBIBYTE = 1024 ** 3;
const BYTES_PER_SECOND = 60_000_000;
const LATENCY_MILLISECONDS = 10;
const blob = blobName(0);

const BYTES = 8 * GIBIBYTE;

/** A blob that needs many requests, with a service that limits the bandwidth of each request. */
export const largeBlob: Row = {
  id: "large-blob",
  title: () => `one block blob of ${BYTES / GIBIBYTE} GiB across accounts, ${BYTES_PER_SECOND / 1e6} MB/s a request`,
  isDrawn: true,

  async prepare(bench) {
    const { peers } = bench;
    const row = await ServiceRow.start(
      bench,
      { latencyMilliseconds: LATENCY_MILLISECONDS, bytesPerSecond: BYTES_PER_SECOND },
      { count: 1, bytes: BYTES },
    );
    const { accounts } = row;

    const contenders: Contender[] = [
      {
        name: OURS,
        does: "whole process; Put Block From URL in parallel, one Put Block List",
        measure: () => row.runOurs(copyIntent(accounts, blob)),
      },
    ];
    const { azcopy } = peers;
    if (azcopy) {
      contenders.push({
        name: "AzCopy",
        does: "azcopy copy at its defaults; Put Block From URL in blocks of 8 MiB, one Put Block List",
        measure: () => row.runPeer(azcopy.command, (folder) => azcopyCopy(accounts, { blob }, folder)),
      });
    }
    return {
      figures: [
        { key: "seconds", label: "time", unit: "s" },
        { key: "requests", label: "requests", unit: "" },
      ],
      contenders,
      goals: [{ text: "at least 2x faster than AzCopy", limit: (median) => times(1 / 2, median("AzCopy")) }],
      missing: azcopy ? [] : [missing("AzCopy")],
      notes: [
        `rclone before 1.69 and the Azure CLI use one asynchronous Copy Blob, which at this rate takes ${Math.round(BYTES / BYTES_PER_SECOND)} s by arithmetic; they are not run.`,
      ],
      dispose: () => row.stop(),
    };
  },
};
