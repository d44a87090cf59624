import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { UnderWay } from "../../../src/util/under-way";

const AT_A_TIME = 256;
const ITEMS = 60_000;
const NUMBERS = 125;
const BYTES = 8 * ITEMS * NUMBERS;

function collectAll(): void {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc()");
}

function oldBytes(): number {
  return getHeapSpaceStatistics().find(({ space_name }) => space_name === "old_space")?.space_used_size ?? 0;
}

describe("what is under way", () => {
  it("is what was added and not taken out", () => {
    const underWay = new UnderWay<string>();
    const takeOut = new Map(["a", "b", "c", "d"].map((item) => [item, underWay.add(item)]));
    expect([...underWay].sort()).toEqual(["a", "b", "c", "d"]);

    takeOut.get("b")?.();
    takeOut.get("d")?.();
    takeOut.get("b")?.();
    expect([...underWay].sort()).toEqual(["a", "c"]);
    expect(underWay.size).toBe(2);

    underWay.add("e");
    takeOut.get("d")?.();
    takeOut.get("a")?.();
    expect([...underWay].sort()).toEqual(["c", "e"]);
  });

  it("holds one that was added twice until both are taken out", () => {
    const underWay = new UnderWay<string>();
    const takeOut = underWay.add("a");
    underWay.add("a");
    takeOut();
    expect([...underWay]).toEqual(["a"]);
  });

  it("leaves out what is taken out, and what is added, while it is gone through", () => {
    const underWay = new UnderWay<string>();
    const seen: string[] = [];
    underWay.add("a");
    const takeOut = underWay.add("b");
    underWay.add("c");
    for (const item of underWay) {
      seen.push(item);
      if (item === "a") takeOut();
      underWay.add(`after ${item}`);
    }
    expect(seen).toEqual(["a", "c"]);
  });

  it("leaves nothing of what has come and gone to the next full garbage collection", () => {
    const underWay = new UnderWay<number[]>();
    const takeOut: (() => void)[] = [];
    const pass = (items: number) => {
      let most = 0;
      for (let index = 0; index < items; index++) {
        takeOut.push(underWay.add(new Array<number>(NUMBERS).fill(index + 0.5)));
        if (takeOut.length > AT_A_TIME) takeOut.shift()?.();
        if (index % 1_000 === 0) most = Math.max(most, oldBytes());
      }
      return most;
    };
    pass(2 * AT_A_TIME);
    collectAll();
    const before = oldBytes();
    expect(pass(ITEMS) - before).toBeLessThan(BYTES / 4);
  });
});
