import { PassThrough } from "node:stream";
import { lineOf, readMessages } from "../../../src/process/channel";

it("carries messages, however the bytes are cut, and tells once of the end", async () => {
  const channel = new PassThrough();
  const heard: unknown[] = [];
  readMessages(
    channel,
    (message) => heard.push(message),
    () => heard.push("ended"),
  );
  const text = `${lineOf("go")}${lineOf({ print: "ä 1\nline 2\n" })}${lineOf({ exitCode: 130 })}${lineOf("SIGINT")}`;
  for (const byte of Buffer.from(text)) channel.write(Buffer.of(byte));
  channel.write(text);
  channel.write('"half a mess');
  channel.end();
  await new Promise((resolve) => channel.once("close", resolve));

  const once = ["go", { print: "ä 1\nline 2\n" }, { exitCode: 130 }, "SIGINT"];
  expect(heard).toEqual([...once, ...once, "ended"]);
});

it("leaves whoever says what is no message", async () => {
  const channel = new PassThrough();
  const heard: unknown[] = [];
  readMessages(
    channel,
    (message) => heard.push(message),
    () => heard.push("ended"),
  );
  channel.write('"go"\nGET / HTTP/1.1\n"go"\n');
  await new Promise((resolve) => channel.once("close", resolve));
  expect(heard).toEqual(["go", "ended"]);
});
