import { setIntent } from "../our-program";
import { azcopyCopy } from "../peers/copy-commands";
import { missing } from "../peers/find-peers";
import { OURS, type Contender, type Row, type Sample } from "../row";
import { ServiceRow } from "./service-row";

const BYTES = 1_024;
const LATENCY_MILLISECONDS = 40;
const SECONDS_OF_WORK = 20;

/** An account that accepts this many requests per second, and answers 503 to the others. */
export function rateLimit(perSecond: number): Row {
  const countOf = (isQuick: boolean) => perSecond * (isQuick ? SECONDS_OF_WORK / 4 : SECONDS_OF_WORK);
  return {
    id: `limit-${perSecond}`,
    title: (isQuick) =>
      `${countOf(isQuick).toLocaleString("en")} blobs of 1 KiB, ${LATENCY_MILLISECONDS} ms a request, ${perSecond.toLocaleString("en")} accepted a second`,
    isDrawn: false,

    async prepare(bench) {
      const { peers, isQuick } = bench;
      const count = countOf(isQuick);
      const row = await ServiceRow.start(bench, { latencyMilliseconds: LATENCY_MILLISECONDS }, { count, bytes: BYTES });
      const { accounts, service } = row;
      const limited = async (run: () => Promise<Sample>): Promise<Sample> => {
        await service.ask("throttle", { perSecond });
        const sample = await run();
        const { accepted, refused, seconds } = await service.ask("throttling");
        return { ...sample, unused: 1 - accepted / (perSecond * seconds), refused: refused / (accepted + refused) };
      };
      const contenders: Contender[] = [
        {
          name: OURS,
          does: "a copy set of the container, whole process; SAS on both sides",
          measure: () => limited(() => row.runOurs(setIntent(accounts))),
        },
      ];
      const { azcopy } = peers;
      if (azcopy) {
        contenders.push({
          name: "AzCopy",
          does: "azcopy copy at its defaults, SAS on both sides",
          measure: () => limited(() => row.runPeer(azcopy.command, (folder) => azcopyCopy(accounts, "all", folder))),
        });
      }
      return {
        figures: [
          { key: "seconds", label: "time", unit: "s" },
          { key: "unused", label: "share of the limit unused", unit: "" },
          { key: "refused", label: "share refused", unit: "" },
        ],
        contenders,
        goals: [
          { text: "at least 90 % of the limit is used", figure: "unused", limit: () => 0.1 },
          { text: "at most 5 % of the requests are refused", figure: "refused", limit: () => 0.05 },
        ],
        missing: azcopy ? [] : [missing("AzCopy")],
        notes: ["From the first request of a copy to the last one, so the search for the limit counts."],
        dispose: () => row.stop(),
      };
    },
  };
}
