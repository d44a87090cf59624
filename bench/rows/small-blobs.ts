import { CredentialKind } from "../../src/intent";
import { setIntent } from "../our-program";
import { azcopyCopy, rcloneCopy } from "../peers/copy-commands";
import { missing } from "../peers/find-peers";
import { OURS, type Contender, type Row } from "../row";
import { CONTAINER } from "../service/protocol";
import { times } from "../statistics";
import { timeProcess } from "../timed-process";
import { ServiceRow } from "./service-row";

const BYTES = 1_024;
const LATENCY_MILLISECONDS = 10;
const LIMIT = "bare HTTP loop";
const LIMIT_IN_FLIGHT = 256;

const countOf = (isQuick: boolean) => (isQuick ? 2_000 : 20_000);

/** Many small blobs across accounts: one resource, one process. */
export const smallBlobs: Row = {
  id: "small-blobs",
  title: (isQuick) => `${countOf(isQuick).toLocaleString("en")} blobs of 1 KiB across accounts, ${LATENCY_MILLISECONDS} ms a request`,
  isDrawn: true,

  async prepare(bench) {
    const { workshop, peers, isQuick } = bench;
    const count = countOf(isQuick);
    const row = await ServiceRow.start(bench, { latencyMilliseconds: LATENCY_MILLISECONDS }, { count, bytes: BYTES });
    const { accounts } = row;

    const loop = () =>
      timeProcess(process.execPath, [workshop.client("bare-loop")], {
        cwd: workshop.newFolder(),
        env: {
          SOURCE: `${accounts.source.endpoint}/${CONTAINER}`,
          SOURCE_SAS: accounts.source.sas,
          DESTINATION: `${accounts.destination.endpoint}/${CONTAINER}`,
          DESTINATION_SAS: accounts.destination.sas,
          COUNT: String(count),
          IN_FLIGHT: String(LIMIT_IN_FLIGHT),
        },
      });
    // The service reaches its full speed only after some thousand requests, which would put the
    // first contender at a disadvantage.
    await loop();

    const contenders: Contender[] = [
      {
        name: OURS,
        does: "a copy set of the container, whole process: launcher, guardian, listing, copies, receipt; SAS on both sides",
        measure: () => row.runOurs(setIntent(accounts)),
      },
      {
        name: `${OURS}, account keys`,
        does: "the same, with each request signed by the account's key, which this service then verifies",
        measure: () => row.runOurs(setIntent(accounts, CredentialKind.CONNECTION_STRING), CredentialKind.CONNECTION_STRING),
      },
      {
        name: LIMIT,
        does: `Put Blob From URL for names that it knows, nothing else, node:http with keep-alive, SAS, ${LIMIT_IN_FLIGHT} in flight; the loop alone, without node's start`,
        measure: () => row.bracket(async () => ({ seconds: Number((await loop()).output) })),
      },
    ];
    const { rclone, azcopy } = peers;
    if (rclone) {
      contenders.push({
        name: "rclone",
        does: "rclone copy --server-side-across-configs --transfers 64, SAS on both sides; Copy Blob and a look at each",
        measure: () => row.runPeer(rclone.command, (folder) => rcloneCopy(accounts, "all", folder)),
      });
    }
    if (azcopy) {
      contenders.push({
        name: "AzCopy",
        does: "azcopy copy at its defaults, SAS on both sides; Put Blob From URL and a look at each",
        measure: () => row.runPeer(azcopy.command, (folder) => azcopyCopy(accounts, "all", folder)),
      });
    }
    return {
      figures: [
        { key: "seconds", label: "time", unit: "s" },
        { key: "requests", label: "requests", unit: "" },
      ],
      contenders,
      goals: [
        { text: "at most 1.5x the bare loop", limit: (median) => times(1.5, median(LIMIT)) },
        { text: "at least 9x faster than AzCopy", limit: (median) => times(1 / 9, median("AzCopy")) },
      ],
      missing: [...(rclone ? [] : [missing("rclone")]), ...(azcopy ? [] : [missing("AzCopy")])],
      notes: [],
      dispose: () => row.stop(),
    };
  },
};
