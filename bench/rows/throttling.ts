import { setIntent } from "../our-program";
import { azcopyCopy } from "../peers/copy-commands";
import { missing } from "../peers/find-peers";
import { OURS, type Contender, type Row, type Sample } from "../row";
import type { ThrottleRule } from "../service/protocol";
import { times } from "../statistics";
import { ServiceRow } from "./service-row";

const BYTES = 1_024;
const LATENCY_MILLISECONDS = 40;
const FREE: ThrottleRule = {};

const countOf = (isQuick: boolean) => (isQuick ? 2_000 : 10_000);
const percentOf = ({ share = 0 }: ThrottleRule) => `${share * 100} % of 503`;

/**
 * A service that answers 503 at random, as busy parts of it do. Sending fewer requests would not
 * help.
 */
export const throttling: Row = {
  id: "throttling",
  title: (isQuick) =>
    `${countOf(isQuick).toLocaleString("en")} blobs of 1 KiB, ${LATENCY_MILLISECONDS} ms a request, some answered 503 without Retry-After`,
  isDrawn: false,

  async prepare(bench) {
    const { peers, isQuick } = bench;
    const count = countOf(isQuick);
    const row = await ServiceRow.start(bench, { latencyMilliseconds: LATENCY_MILLISECONDS }, { count, bytes: BYTES });
    const { accounts, service } = row;
    const throttled = async (rule: ThrottleRule, run: () => Promise<Sample>): Promise<Sample> => {
      await service.ask("throttle", rule);
      const sample = await run();
      const { accepted, refused } = await service.ask("throttling");
      return { ...sample, refused: refused / (accepted + refused) };
    };
    const ours = (name: string, rule: ThrottleRule): Contender => ({
      name,
      does: "a copy set of the container, whole process; SAS on both sides",
      measure: () => throttled(rule, () => row.runOurs(setIntent(accounts))),
    });
    const shares: readonly ThrottleRule[] = [{ share: 0.01 }, { share: 0.05 }];
    const contenders = [ours(OURS, FREE), ...shares.map((rule) => ours(`${OURS}, ${percentOf(rule)}`, rule))];
    const { azcopy } = peers;
    if (azcopy) {
      const does = "azcopy copy at its defaults, SAS on both sides";
      for (const rule of [FREE, ...shares]) {
        const measure = () => throttled(rule, () => row.runPeer(azcopy.command, (folder) => azcopyCopy(accounts, "all", folder)));
        contenders.push({ name: rule === FREE ? "AzCopy" : `AzCopy, ${percentOf(rule)}`, does, measure });
      }
    }
    return {
      figures: [
        { key: "seconds", label: "time", unit: "s" },
        { key: "refused", label: "share refused", unit: "" },
      ],
      contenders,
      goals: shares.map((rule) => ({
        text: `with ${percentOf(rule)} at most 1.5x the time without`,
        contender: `${OURS}, ${percentOf(rule)}`,
        limit: (median) => times(1.5, median(OURS)),
      })),
      missing: azcopy ? [] : [missing("AzCopy")],
      notes: ["The first row is what 40 ms a request cost."],
      dispose: () => row.stop(),
    };
  },
};
