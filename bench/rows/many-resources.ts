import { join } from "node:path";
import { App, DataResource, LocalBackend, TerraformStack } from "cdktf";
import { BlobCopy, BlobDestination, BlobSource, Credential } from "../../lib";
import { terraform } from "../../test/support/terraform/terraform";
import { OURS, type Contender, type Row, type Sample } from "../row";
import { blobName, CONTAINER } from "../service/protocol";
import { times } from "../statistics";
import type { Workshop } from "../workshop";
import { ServiceRow } from "./service-row";

const BYTES = 1_024;
const EMPTY = "empty provisioners";

const countOf = (isQuick: boolean) => (isQuick ? 10 : 50);

/** Many single copies in one stack, with the real Terraform. */
export const manyResources: Row = {
  id: "many-resources",
  title: (isQuick) => `terraform apply of ${countOf(isQuick)} BlobCopy with nothing to wait for`,
  isDrawn: true,

  async prepare(bench) {
    const { workshop, peers, isQuick } = bench;
    const count = countOf(isQuick);
    const row = await ServiceRow.start(bench, { latencyMilliseconds: 0 }, { count, bytes: BYTES });
    const { source, destination } = row.accounts;

    const declareCopies = (stack: TerraformStack) => {
      const side = (endpoint: string, variable: string, index: number) => ({
        blobEndpoint: endpoint,
        containerName: CONTAINER,
        blobName: blobName(index),
        credential: Credential.connectionStringFromEnvironment(variable),
      });
      for (let index = 0; index < count; index++) {
        new BlobCopy(stack, `copy${index}`, {
          source: BlobSource.fromContainer(side(source.endpoint, "SOURCE_CONNECTION", index)),
          destination: BlobDestination.fromContainer(side(destination.endpoint, "DESTINATION_CONNECTION", index)),
        });
      }
    };
    const declareEmpty = (stack: TerraformStack) => {
      for (let index = 0; index < count; index++) {
        new DataResource(stack, `empty${index}`, {
          provisioners: [{ type: "local-exec", command: `node ${workshop.client("empty")}` }],
        });
      }
    };
    const environment = { SOURCE_CONNECTION: source.connectionString, DESTINATION_CONNECTION: destination.connectionString };
    const contenders: Contender[] = [
      {
        name: OURS,
        does: `${count} BlobCopy of 1 KiB: three terraform_data each, one of which runs the program`,
        measure: () => row.bracket(() => timeApply(workshop, declareCopies, environment)),
      },
      {
        name: EMPTY,
        does: `${count} terraform_data with a local-exec of an empty node script`,
        measure: async () => ({ ...(await timeApply(workshop, declareEmpty, {})), requests: 0 }),
      },
    ];
    return {
      figures: [
        { key: "seconds", label: "time", unit: "s" },
        { key: "requests", label: "requests", unit: "" },
      ],
      contenders: peers.terraform ? contenders : [],
      goals: [{ text: "at most 2.5x the empty provisioners", limit: (median) => times(2.5, median(EMPTY)) }],
      missing: peers.terraform ? [] : ["terraform: not on the PATH, so nothing was measured"],
      notes: ["Synth and terraform init are not part of the time; Terraform's own parallelism is 10."],
      dispose: () => row.stop(),
    };
  },
};

async function timeApply(
  workshop: Workshop,
  declare: (stack: TerraformStack) => void,
  environment: Readonly<Record<string, string>>,
): Promise<Sample> {
  const outdir = workshop.newFolder();
  const app = new App({ outdir, context: { "cdktf-azure-blob-copy/program": workshop.programFolder } });
  const stack = new TerraformStack(app, "stack");
  new LocalBackend(stack, { path: join(outdir, "terraform.tfstate") });
  declare(stack);
  app.synth();

  const run = async (...args: string[]) => {
    const { exitCode, output } = await terraform(args, { cwd: join(outdir, "stacks", "stack"), env: environment });
    if (exitCode !== 0) throw new Error(output);
  };
  await run("init");
  const startedAt = performance.now();
  await run("apply", "-auto-approve");
  return { seconds: (performance.now() - startedAt) / 1_000 };
}
