import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { ResourceKey } from "../ports/event";
import { type Lease, LeaseLost, type RecordChange, type RecordStore, type ResourceRecord } from "../ports/record";
import { asked, MAX_ATTEMPTS } from "./client";

type Item = Record<string, AttributeValue>;

/** Attributes that hold JSON. */
const JSON_ATTRIBUTES = ["operation", "seen", "outcome", "undoable", "current", "previous"] as const;
const WHAT = "The table of the copies in this stack does not answer";
/** Of a resource that is gone: late deliveries of its requests are still recognised for so long. */
const TOMBSTONE_SECONDS = 30 * 24 * 3_600;
const MAX_RACES = 20;

/**
 * Records in a table of DynamoDB: partition key `place`, sort key `resource`. What a request asks for and what an invocation has done are
 * attributes of their own, so that neither writes over the other.
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

  /** GetItem, and UpdateItem unless it has changed since. */
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

  /** UpdateItem, if nobody else has the lease. */
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

  /** UpdateItem, if the lease is still the holder's. */
  async save(key: ResourceKey, holder: string, change: RecordChange): Promise<ResourceRecord> {
    const entries: readonly (readonly [string, unknown])[] = Object.entries(change);
    const set = entries.filter(([, value]) => value !== undefined);
    const removed = entries.filter(([, value]) => value === undefined);
    const isTombstone = ["current", "undoable"].every((name) => removed.some(([gone]) => gone === name));
    const expires = Math.ceil(this.now() / 1_000) + TOMBSTONE_SECONDS;
    const sets = [...set.map(([name]) => `#${name} = :${name}`), ...(isTombstone ? ["expires = :expires"] : [])];
    const removes = removed.map(([name]) => `#${name}`);
    const expression = [
      ...(sets.length === 0 ? [] : [`SET ${sets.join(", ")}`]),
      ...(removes.length === 0 ? [] : [`REMOVE ${removes.join(", ")}`]),
    ].join(" ");
    const values: Item = {
      ":holder": { S: holder },
      ...Object.fromEntries(set.map(([name, value]) => [`:${name}`, { S: JSON.stringify(value) }])),
      ...(isTombstone ? { ":expires": { N: String(expires) } } : {}),
    };
    try {
      const saved = recordIn(await this.#update(key, expression, values, "leaseHolder = :holder"));
      if (saved === undefined) throw new LeaseLost();
      return saved;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) throw new LeaseLost();
      throw error;
    }
  }

  /** UpdateItem; a lease that was lost meanwhile is left alone. */
  async release(key: ResourceKey, holder: string): Promise<void> {
    try {
      await this.#update(key, "REMOVE leaseHolder, leaseUntil", { ":holder": { S: holder } }, "leaseHolder = :holder");
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }

  /** Query. */
  async at(place: string): Promise<readonly ResourceRecord[]> {
    const found: ResourceRecord[] = [];
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
      found.push(...recordsIn(page.Items));
      if (page.LastEvaluatedKey === undefined) return found;
      from = page.LastEvaluatedKey;
    }
  }

  /** Scan: a stack has few of them. */
  async all(): Promise<readonly ResourceRecord[]> {
    const found: ResourceRecord[] = [];
    for (let from: Item | undefined; ;) {
      const start = from === undefined ? {} : { ExclusiveStartKey: from };
      const page = await asked(WHAT, () => this.#client.send(new ScanCommand({ TableName: this.table, ConsistentRead: true, ...start })));
      found.push(...recordsIn(page.Items));
      if (page.LastEvaluatedKey === undefined) return found;
      from = page.LastEvaluatedKey;
    }
  }

  async #get(key: ResourceKey): Promise<Item | undefined> {
    const request = { TableName: this.table, Key: keyOf(key), ConsistentRead: true };
    return (await asked(WHAT, () => this.#client.send(new GetItemCommand(request)))).Item;
  }

  async #update(key: ResourceKey, expression: string, values: Item, condition: string): Promise<Item | undefined> {
    const names = JSON_ATTRIBUTES.filter((name) => `${expression} ${condition}`.includes(`#${name}`));
    const command = new UpdateItemCommand({
      TableName: this.table,
      Key: keyOf(key),
      UpdateExpression: expression,
      ConditionExpression: condition,
      ...(names.length === 0 ? {} : { ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])) }),
      ExpressionAttributeValues: values,
      ReturnValues: "ALL_NEW",
    });
    return (await asked(WHAT, () => this.#client.send(command))).Attributes;
  }
}

function keyOf({ place, resource }: ResourceKey): Item {
  return { place: { S: place }, resource: { S: resource } };
}

function revisionOf(item: Item | undefined): number {
  return Number(item?.["revision"]?.N ?? 0);
}

function recordsIn(items: readonly Item[] = []): readonly ResourceRecord[] {
  return items.flatMap((item) => recordIn(item) ?? []);
}

/** undefined for what no request has been accepted for. */
function recordIn(item: Item | undefined): ResourceRecord | undefined {
  const place = item?.["place"]?.S;
  const resource = item?.["resource"]?.S;
  if (item === undefined || place === undefined || resource === undefined || item["operation"] === undefined) return undefined;
  const parts = JSON_ATTRIBUTES.flatMap((name) => {
    const json = item[name]?.S;
    return json === undefined ? [] : [[name, JSON.parse(json) as unknown] as const];
  });
  // What is in the table was written from records.
  return {
    key: { place, resource },
    stackId: item["stackId"]?.S ?? "",
    seen: [],
    ...Object.fromEntries(parts),
  } as unknown as ResourceRecord;
}
