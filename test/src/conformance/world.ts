import type { CheckResult } from "../../../src/conformance/run-suite";
import { runSuite } from "../../../src/conformance/run-suite";
import type { Check } from "../../../src/conformance/lab/check";
import { Laboratory } from "../../../src/conformance/lab/laboratory";
import { type Clock, systemClock } from "../../../src/engine/ports/clock";
import { CredentialKind } from "../../../src/intent";
import { FakeBlobService, type FakeBlobServiceOptions } from "../../support/fake-blob-service";

/** Length of that lease in seconds. */
const SHORTEST_TERM = 15;
/** Milliseconds to wait for a lease that ends by itself. */
const A_LEASE = 17_000;

/**
 * Runs the suite against the fake service, with a clock on which the terms of leases pass at once.
 */
export class ConformanceWorld {
  static async start(options: FakeBlobServiceOptions = {}): Promise<ConformanceWorld> {
    return new ConformanceWorld(await FakeBlobService.start(options));
  }

  private constructor(readonly service: FakeBlobService) {
    // As between two accounts, where copies of large blobs take time.
    service.script.copies({ from: "source", name: /^large /, neverEnds: true });
    service.script.copies({ from: "source", name: /^slow /, pendingMilliseconds: 1_500 });
  }

  laboratory(destination = "dest", source = "source"): Laboratory {
    const { service } = this;
    const account = (name: string) => ({
      blobEndpoint: service.endpoint(name),
      credential: { kind: CredentialKind.CONNECTION_STRING, variable: `${name.toUpperCase()}_CONNECTION` },
    });
    const environment = Object.fromEntries(
      [source, destination].map((name) => [`${name.toUpperCase()}_CONNECTION`, service.account(name).connectionString]),
    );
    const clock: Clock = {
      now: () => systemClock.now(),
      sleep: (milliseconds, signal) => {
        if (milliseconds !== A_LEASE) return systemClock.sleep(milliseconds, signal);
        for (const name of lab.containerNames) service.account(destination).expireLeases(name, SHORTEST_TERM);
        return Promise.resolve();
      },
    };
    const lab = new Laboratory({ source: account(source), destination: account(destination), environment, clock });
    return lab;
  }

  /** Runs the whole suite, from the creation of the containers to their removal. */
  async run(checks: readonly Check[], lab = this.laboratory()): Promise<readonly CheckResult[]> {
    await lab.open();
    const results = await runSuite(lab, checks, { signal: new AbortController().signal });
    expect(await lab.close()).toEqual([]);
    return results;
  }

  /** Rejects when the program has sent a request that the API's description does not allow. */
  stop(): Promise<void> {
    return this.service.stop();
  }
}
