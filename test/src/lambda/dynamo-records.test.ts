import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { AddressInfo } from "node:net";
import type { Server } from "node:http";
import dynalite from "dynalite";
import { DynamoRecords } from "../../../src/lambda/aws/dynamo-records";
import { LeaseLost, type Operation, type Undoable } from "../../../src/lambda/ports/record";

const KEY = { place: "0123456789abcdef", resource: "fedcba9876543210" };
const operation = (requestId: string): Operation => ({ requestId, kind: "copy", acceptedAt: 1, properties: { Intent: "{}" } });

/** The SDK's own client with a third-party implementation of DynamoDB. */
describe("records in DynamoDB", () => {
  let server: Server;
  let client: DynamoDBClient;
  let records: DynamoRecords;

  beforeAll(async () => {
    server = dynalite({ createTableMs: 0 });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    client = new DynamoDBClient({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: "eu-west-1",
      credentials: { accessKeyId: "id", secretAccessKey: "key" },
      maxAttempts: 2,
    });
    await client.send(
      new CreateTableCommand({
        TableName: "records",
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [
          { AttributeName: "place", AttributeType: "S" },
          { AttributeName: "resource", AttributeType: "S" },
        ],
        KeySchema: [
          { AttributeName: "place", KeyType: "HASH" },
          { AttributeName: "resource", KeyType: "RANGE" },
        ],
      }),
    );
    records = new DynamoRecords("records", () => 0, client);
  });
  afterAll(() => {
    client.destroy();
    server.close();
  });

  it("lets one of two have the lease, keeps what each writes, and loses nothing to a request that comes meanwhile", async () => {
    expect(await records.read(KEY)).toBeUndefined();
    expect(await records.lease(KEY, { holder: "a", until: 100 }, 0)).toBeUndefined();
    await records.accept(KEY, () => ({ stackId: "stack", operation: operation("1"), seen: ["1"] }));
    expect(await records.lease(KEY, { holder: "a", until: 100 }, 0)).toMatchObject({
      key: KEY,
      stackId: "stack",
      operation: { requestId: "1" },
    });
    expect(await records.lease(KEY, { holder: "b", until: 100 }, 50)).toBeUndefined();

    await Promise.all(
      ["2", "3", "4"].map((id) =>
        records.accept(KEY, (known) => ({ stackId: "stack", operation: operation(id), seen: [...(known?.seen ?? []), id] })),
      ),
    );
    const saved = await records.save(KEY, "a", { outcome: { requestId: "1", reason: "it failed" }, undoable: undefined });
    expect([...saved.seen].sort()).toEqual(["1", "2", "3", "4"]);
    expect(saved.outcome).toEqual({ requestId: "1", reason: "it failed" });

    expect(await records.lease(KEY, { holder: "b", until: 200 }, 101)).toMatchObject({ outcome: { requestId: "1" } });
    await expect(records.save(KEY, "a", { outcome: undefined })).rejects.toBeInstanceOf(LeaseLost);
    await records.release(KEY, "a");
    await records.save(KEY, "b", { outcome: undefined, current: undefined, previous: undefined, undoable: undefined });
    await records.release(KEY, "b");
    expect(await records.read(KEY)).toEqual({ key: KEY, stackId: "stack", operation: expect.anything() as unknown, seen: saved.seen });
    expect(await records.all()).toHaveLength(1);
  });

  it("keeps a row for each blob of a set, which no listing of resources shows, and forgets those that are gone", async () => {
    const set = { place: "00112233445566aa", resource: "fedcba9876543210" };
    await records.accept(set, () => ({ stackId: "stack", operation: operation("1"), seen: ["1"] }));
    const undoable = (requestId: string) => ({ requestId, entry: { destination: "d" } }) as unknown as Undoable;
    const long = `${"ü".repeat(1_000)}/a`;
    await Promise.all([
      records.saveBlob(set, "a", { undoable: undoable("1"), current: undefined, previous: undefined, condemned: undefined }),
      records.saveBlob(set, long, { undoable: undoable("1") }),
    ]);
    await records.saveBlob(set, "a", { condemned: "2" });
    const found = await records.blobs(set);
    expect([...found].sort((one, other) => one.name.length - other.name.length)).toEqual([
      { name: "a", undoable: undoable("1"), condemned: "2" },
      { name: long, undoable: undoable("1") },
    ]);
    expect((await records.all()).map(({ key }) => key.place)).not.toContain(`${set.place}.${set.resource}`);
    const nothing = { undoable: undefined, current: undefined, previous: undefined, condemned: undefined };
    await records.saveBlob(set, "a", nothing);
    await records.saveBlob(set, long, nothing);
    expect(await records.blobs(set)).toEqual([]);
    await records.saveBlob(set, "a", { undoable: undoable("3"), condemned: undefined });
    expect(await records.blobs(set)).toEqual([{ name: "a", undoable: undoable("3") }]);
  });
});
