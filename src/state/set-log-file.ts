import { closeSync, createReadStream, existsSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SetLog } from "../engine/ports/set-log";
import { removeFile } from "../util/platform/replace-file";
import { makeFolder } from "./make-folder";
import { destinationKey, type StateDirectory } from "./state-directory";

const READ_BYTES = 256 * 1024;

/**
 * A file that is appended to and not synchronised: the system keeps the written data when the
 * process is killed.
 */
export function setLogFile(state: StateDirectory, set: string): SetLog {
  const path = join(state.setFolder, `${destinationKey(set)}.ndjson`);
  const room = `${path}.room`;
  let descriptor: number | undefined;
  const close = () => {
    if (descriptor !== undefined) closeSync(descriptor);
    descriptor = undefined;
  };
  return {
    append(lines) {
      state.guard("written", () => {
        if (descriptor === undefined) {
          makeFolder(state.setFolder);
          descriptor = openSync(path, "a", 0o600);
        }
        try {
          writeFileSync(descriptor, lines);
        } catch (error) {
          if (!existsSync(room)) throw error;
          // The disk is full: the room was reserved for this case. Some of the lines may have been
          // written.
          removeFile(room);
          writeFileSync(descriptor, `\n${lines}`);
        }
      });
    },
    reserve(bytes) {
      state.guard("written", () => writeFileSync(room, Buffer.alloc(bytes), { mode: 0o600 }));
    },
    async *lines() {
      if (!existsSync(path)) return;
      let rest = "";
      for await (const text of createReadStream(path, { encoding: "utf8", highWaterMark: READ_BYTES })) {
        const lines = (rest + (text as string)).split("\n");
        rest = lines.pop() ?? "";
        yield* lines;
      }
      if (rest !== "") yield rest;
    },
    remove() {
      close();
      state.guard("written", () => {
        removeFile(path);
        removeFile(room);
      });
    },
  };
}
