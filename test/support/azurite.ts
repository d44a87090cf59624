import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { BlobServiceClient, StorageSharedKeyCredential } from "@azure/storage-blob";

/** A storage account with its own key, made for one run. */
export interface StorageAccount {
  readonly name: string;
  readonly key: string;
  readonly blobEndpoint: string;
  readonly connectionString: string;
  readonly service: BlobServiceClient;
}

/** Azurite's Blob service in a separate process, in memory, on a free port. */
export interface Azurite {
  readonly source: StorageAccount;
  readonly destination: StorageAccount;
  stop(): Promise<void>;
}

/**
 * Files of a self-signed certificate. With it, Azurite uses TLS and accepts tokens: it checks their
 * issuer, audience and time.
 */
export interface AzuriteTls {
  readonly cert: string;
  readonly key: string;
}

export async function startAzurite(tls?: AzuriteTls): Promise<Azurite> {
  const names = ["sourceaccount", "destinationaccount"] as const;
  const keys = names.map(() => randomBytes(64).toString("base64"));
  const child = spawn(
    process.execPath,
    [
      ...["--require", join(__dirname, "late-modules.cjs")],
      require.resolve("azurite/dist/src/blob/main.js"),
      "--inMemoryPersistence",
      "--blobHost",
      "127.0.0.1",
      "--blobPort",
      "0",
      "--disableTelemetry",
      ...(tls === undefined ? [] : ["--oauth", "basic", "--cert", tls.cert, "--key", tls.key]),
    ],
    {
      detached: true, // Ctrl-C must not reach it: the deploy's rollback still needs the service
      env: {
        ...process.env,
        ...(tls && { NODE_EXTRA_CA_CERTS: tls.cert }),
        AZURITE_ACCOUNTS: names.map((name, index) => `${name}:${keys[index] ?? ""}`).join(";"),
      },
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const exited = once(child, "exit");
  // SIGKILL, as it has nothing to save and its orderly shutdown waits for keep-alive connections.
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const stop = async () => {
    process.off("exit", kill);
    kill();
    await exited;
  };

  const address = await Promise.race([listeningAddress(child.stdout), exited.then(() => undefined)]);
  if (address === undefined) throw new Error("Azurite ended before it was listening: its output above says why");
  child.stdout.resume();

  const [source, destination] = names.map((name, index) => storageAccount(address, name, keys[index] ?? ""));
  if (!source || !destination) throw new Error("two accounts were asked for");
  return { source, destination, stop };
}

async function listeningAddress(stdout: NodeJS.ReadableStream): Promise<string | undefined> {
  for await (const line of createInterface({ input: stdout })) {
    const address = /successfully listens on (https?:\S+)/.exec(line)?.[1];
    if (address) return address;
  }
  return undefined;
}

function storageAccount(address: string, name: string, key: string): StorageAccount {
  const blobEndpoint = `${address}/${name}`;
  return {
    name,
    key,
    blobEndpoint,
    connectionString: `DefaultEndpointsProtocol=${address.slice(0, address.indexOf(":"))};AccountName=${name};AccountKey=${key};BlobEndpoint=${blobEndpoint};`,
    service: new BlobServiceClient(blobEndpoint, new StorageSharedKeyCredential(name, key)),
  };
}
