import { createHash } from "node:crypto";
import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { ResourceKey } from "../ports/event";
import {
  type BlobRecord,
  type BlobRecordChange,
  type Lease,
  LeaseLost,
  type RecordChange,
  type RecordStore,
  type ResourceRecord,
} from "../ports/record";
import { asked, MAX_ATTEMPTS } from "./client";
import { changeOf, isGone, type Item, JSON_ATTRIBUTES, keyOf, partitionOf, partsOf, recordIn, revisionOf } from "./dynamo-rows";

const WHAT = "The table of the copies in this stack does not answer";
const MAX_RACES = 20;

/**
 * Records in a table of DynamoDB: partition key `place`, sort key `resource`. The operation of a
 * request and the results of invocations are separate attributes, so neither overwrites the other.
 */
export class DynamoRecords implements RecordStore {
  readonly #client: DynamoDBClient;

  constructor(
    private readonly table: string,
    private readonly now: () => number,
    client = new DynamoDBClient({ maxAttempts: MAX_ATTEMPTS }),
  ) {
    this.#client = client;
  }

  /** GetItem. */
  async read(key: ResourceKey): Promise<ResourceRecord | undefined> {
    return recordIn(await this.#get(key));
  }

  /** GetItem, then UpdateItem if the record has not changed in between. */
  async accept(
    key: ResourceKey,
    change: (record: ResourceRecord | undefined) => Pick<ResourceRecord, "stackId" | "operation" | "seen"> | undefined,
  ): Promise<void> {
    for (let tries = 1; ; tries++) {
      const item = await this.#get(key);
      const changed = change(recordIn(item));
      if (changed === undefined) return;
      const { stackId, operation, seen } = changed;
      const values: Item = {
        ":stackId": { S: stackId },
        ":operation": { S: JSON.stringify(operation) },
        ":seen": { S: JSON.stringify(seen) },
        ":revision": { N: String(revisionOf(item) + 1) },
      };
      const isFirst = item?.["revision"] === undefined;
      try {
        await this.#update(
          key,
          "SET stackId = :stackId, #operation = :operation, seen = :seen, revision = :revision REMOVE expires",
          {
            ...values,
            ...(isFirst ? {} : { ":known": { N: String(revisionOf(item)) } }),
          },
          isFirst ? "attribute_not_exists(revision)" : "revision = :known",
        );
        return;
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException) || tries === MAX_RACES) throw error;
      }
    }
  }

  /** UpdateItem, if no other holder has the lease. */
  async lease(key: ResourceKey, { holder, until }: Lease, now: number): Promise<ResourceRecord | undefined> {
    try {
      const values = { ":holder": { S: holder }, ":until": { N: String(until) }, ":now": { N: String(now) } };
      const condition =
        "attribute_exists(#operation) AND (attribute_not_exists(leaseUntil) OR leaseUntil <= :now OR leaseHolder = :holder)";
      return recordIn(await this.#update(key, "SET leaseHolder = :holder, leaseUntil = :until", values, condition));
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      throw error;
    }
  }

  /** UpdateItem, if the holder still has the lease. */
  async save(key: ResourceKey, holder: string, change: RecordChange): Promise<ResourceRecord> {
    const { expression, values } = changeOf(change, this.now());
    const held = { ":holder": { S: holder }, ...values };
    try {
      const saved = recordIn(await this.#update(key, expression, held, "leaseHolder = :holder"));
      if (saved === undefined) throw new LeaseLost();
      return saved;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) throw new LeaseLost();
      throw error;
    }
  }

  /** UpdateItem. A lease that has been lost is left alone. */
  async release(key: ResourceKey, holder: string): Promise<void> {
    try {
      await this.#update(key, "REMOVE leaseHolder, leaseUntil", { ":holder": { S: holder } }, "leaseHolder = :holder");
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }

  /** Query. */
  async blobs(key: ResourceKey): Promise<readonly BlobRecord[]> {
    const items = await this.#query(partitionOf(key));
    // The cast is safe: the table's rows were written from records.
    return items.map((item) => partsOf(item) as unknown as BlobRecord).filter(({ undoable, current }) => undoable ?? current);
  }

  /** UpdateItem. */
  async saveBlob(key: ResourceKey, name: string, change: BlobRecordChange): Promise<void> {
    // Removes the expiry of a row that was a tombstone.
    const revived = isGone(change) ? change : { ...change, expires: undefined };
    const { expression, values } = changeOf({ name, ...revived }, this.now());
    const sortKey = createHash("sha256").update(name).digest("hex");
    await this.#update({ place: partitionOf(key), resource: sortKey }, expression, values);
  }

  async #query(place: string): Promise<readonly Item[]> {
    const found: Item[] = [];
    for (let from: Item | undefined; ;) {
      const page = await asked(WHAT, () =>
        this.#client.send(
          new QueryCommand({
            TableName: this.table,
            ConsistentRead: true,
            KeyConditionExpression: "place = :place",
            ExpressionAttributeValues: { ":place": { S: place } },
            ...(from === undefined ? {} : { ExclusiveStartKey: from }),
          }),
        ),
      );
      found.push(...(page.Items ?? []));
      if (page.LastEvaluatedKey === undefined) return found;
      from = page.LastEvaluatedKey;
    }
  }

  /**
   * Scan. A stack has few records; the rows of blobs, of which sets have many, are filtered out.
   */
  async all(): Promise<readonly ResourceRecord[]> {
    const found: ResourceRecord[] = [];
    for (let from: Item | undefined; ;) {
      const page = await asked(WHAT, () =>
        this.#client.send(
          new ScanCommand({
            TableName: this.table,
            ConsistentRead: true,
            FilterExpression: "attribute_exists(#operation)",
            ExpressionAttributeNames: { "#operation": "operation" },
            ...(from === undefined ? {} : { ExclusiveStartKey: from }),
          }),
        ),
      );
      found.push(...(page.Items ?? []).flatMap((item) => recordIn(item) ?? []));
      if (page.LastEvaluatedKey === undefined) return found;
      from = page.LastEvaluatedKey;
    }
  }

  async #get(key: ResourceKey): Promise<Item | undefined> {
    const request = { TableName: this.table, Key: keyOf(key), ConsistentRead: true };
    return (await asked(WHAT, () => this.#client.send(new GetItemCommand(request)))).Item;
  }

  async #update(key: ResourceKey, expression: string, values: Item, condition?: string): Promise<Item | undefined> {
    const words = new Set(`${expression} ${condition ?? ""}`.match(/#\w+/g) ?? []);
    const names = JSON_ATTRIBUTES.filter((name) => words.has(`#${name}`));
    const command = new UpdateItemCommand({
      TableName: this.table,
      Key: keyOf(key),
      UpdateExpression: expression,
      ...(condition === undefined ? {} : { ConditionExpression: condition }),
      ...(names.length === 0 ? {} : { ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])) }),
      ...(Object.keys(values).length === 0 ? {} : { ExpressionAttributeValues: values }),
      ReturnValues: "ALL_NEW",
    });
    return (await asked(WHAT, () => this.#client.send(command))).Attributes;
  }
}
