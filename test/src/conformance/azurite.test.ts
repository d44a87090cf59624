import { Laboratory } from "../../../src/conformance/lab/laboratory";
import { runSuite } from "../../../src/conformance/run-suite";
import { SUITE } from "../../../src/conformance/suite";
import { systemClock } from "../../../src/engine/ports/clock";
import { CredentialKind } from "../../../src/intent";
import { startAzurite } from "../../support/azurite";
import { expectTable } from "./tables";

it("runs against Azurite, which has not everything and does some of it otherwise: that is the kept table", async () => {
  const azurite = await startAzurite();
  const accountOf = ({ blobEndpoint, name }: typeof azurite.source) => ({
    blobEndpoint,
    credential: { kind: CredentialKind.CONNECTION_STRING, variable: name.toUpperCase() },
  });
  const { source, destination } = azurite;
  const environment = Object.fromEntries([source, destination].map(({ name, connectionString }) => [name.toUpperCase(), connectionString]));
  const lab = new Laboratory({ source: accountOf(source), destination: accountOf(destination), environment, clock: systemClock });
  try {
    await lab.open();
    const results = await runSuite(lab, SUITE, { signal: new AbortController().signal });
    expect(await lab.close()).toEqual([]);
    expectTable("azurite", "The suite against Azurite", results);
  } finally {
    await azurite.stop();
  }
}, 300_000);
