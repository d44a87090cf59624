import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import dynalite from "dynalite";

export const TABLE = "records";

export interface LocalServer {
  readonly port: number;
  readonly url: string;
  stop(): void;
}

/** DynamoDB (the third-party implementation dynalite) with the table of a stack. */
export async function startTable(): Promise<LocalServer> {
  const server = await started(dynalite({ createTableMs: 0 }));
  const client = new DynamoDBClient({
    endpoint: server.url,
    region: "eu-west-1",
    credentials: { accessKeyId: "id", secretAccessKey: "key" },
  });
  const keys = ["place", "resource"];
  await client.send(
    new CreateTableCommand({
      TableName: TABLE,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: keys.map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
      KeySchema: keys.map((AttributeName, index) => ({ AttributeName, KeyType: index === 0 ? "HASH" : "RANGE" })),
    }),
  );
  client.destroy();
  return server;
}

const STACK = `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks><member>
<StackName>s</StackName><CreationTime>2026-01-01T00:00:00Z</CreationTime><StackStatus>CREATE_IN_PROGRESS</StackStatus>
</member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;

/** CloudFormation with a stack in creation. */
export function startCloudFormation(): Promise<LocalServer> {
  return startAnswering((_, response) => response.setHeader("content-type", "text/xml").end(STACK));
}

/** An empty storage account: only the time of the requests matters. */
export function startStorage(): Promise<LocalServer> {
  return startAnswering((_, response) => response.writeHead(404, { "x-ms-error-code": "BlobNotFound" }).end());
}

/** A server with the same handler for all requests. */
export function startAnswering(answer: RequestListener): Promise<LocalServer> {
  return started(createServer(answer));
}

async function started(server: Server): Promise<LocalServer> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return { port, url: `http://127.0.0.1:${port}`, stop };
}
