import { spawnSync } from "node:child_process";
import fs, { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CopyFailure } from "../../../src/failure/copy-failure";
import type { JournalEntry } from "../../../src/engine/ports/journal";
import { CopyMethod, type Receipt, RollbackPolicy } from "../../../src/intent";
import { journalFiles } from "../../../src/state/journal-files";
import { UndeliveredMessages } from "../../../src/state/undelivered-messages";
import { rememberMade } from "../../../src/util/secrets/known-secrets";
import { reserveReceipt, settleReceipt, takeOverReceipt } from "../../../src/state/receipt-file";
import { destinationKey, StateDirectory } from "../../../src/state/state-directory";
import { itOnLinux, itOnUnix } from "../../support/machine/systems";

const destination = "https://dest.blob.core.windows.net/release/v3.onnx";
let state: StateDirectory;

beforeEach(() => {
  state = new StateDirectory(mkdtempSync(join(tmpdir(), "blob-copy-state-")));
  state.create();
});

afterEach(() => {
  jest.restoreAllMocks();
  rmSync(state.path, { recursive: true, force: true });
});

/** Dies right before the rename that would make the entry visible. */
const killedWhileWriting = `
  const fs = require("node:fs");
  fs.renameSync = () => process.kill(process.pid, "SIGKILL");
  const { journalFiles } = require("./src/state/journal-files");
  const { StateDirectory } = require("./src/state/state-directory");
  journalFiles(new StateDirectory(process.env.STATE)).write(JSON.parse(process.env.ENTRY));
`;

function failureOf(step: () => unknown): unknown {
  try {
    step();
  } catch (error) {
    return error;
  }
  throw new Error("it did not fail");
}

describe("the journal", () => {
  const entry: JournalEntry = {
    destination,
    owner: "stack/model",
    source: "https://source.blob.core.windows.net/models/v3.onnx",
    method: CopyMethod.COPY_BLOB,
    rollback: RollbackPolicy.RESTORE,
    before: { exists: false },
    touched: false,
  };
  const file = () => join(state.journalFolder, `${destinationKey(destination)}.json`);

  it("gives back the last entry of a destination until it is removed", () => {
    const journal = journalFiles(state);
    expect(journal.read(destination)).toBeUndefined();
    journal.write(entry);
    journal.write({ ...entry, touched: true, copyId: "id" });
    expect(journalFiles(state).read(destination)).toEqual({ ...entry, touched: true, copyId: "id" });
    expect(journal.read(`${destination}-2`)).toBeUndefined();

    journal.remove(destination);
    journal.remove(destination);
    expect(journal.read(destination)).toBeUndefined();
    expect(readdirSync(state.journalFolder)).toEqual([]);
  });

  it("is kept although its folder was removed meanwhile", () => {
    const journal = journalFiles(state);
    rmSync(state.path, { recursive: true });
    journal.write(entry);
    expect(journal.read(destination)).toEqual(entry);
  });

  it("leaves nothing of a writer that was killed while it wrote, once the destination is settled", () => {
    const killed = spawnSync(process.execPath, ["--require", "tsx/cjs", "--eval", killedWhileWriting], {
      cwd: join(__dirname, "../../.."),
      env: { ...process.env, STATE: state.path, ENTRY: JSON.stringify(entry) },
    });
    expect({ signal: killed.signal, files: readdirSync(state.journalFolder).length }).toEqual({ signal: "SIGKILL", files: 1 });

    const journal = journalFiles(state);
    expect(journal.read(destination)).toBeUndefined();
    journal.write(entry);
    journal.remove(destination);
    expect(readdirSync(state.journalFolder)).toEqual([]);
  });

  itOnUnix("can be read by its owner only", () => {
    journalFiles(state).write(entry);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
  });

  it.each(["", '{"destination":', "[]", '{"destination":"https://elsewhere/"}'])("takes %j for no entry", (content) => {
    writeFileSync(file(), content);
    expect(journalFiles(state).read(destination)).toBeUndefined();
  });

  it.each([
    ["no state before", { before: undefined }],
    ["a text for the state before", { before: "absent" }],
    ["a state before that says nothing", { before: {} }],
    ["nothing of whether it was touched", { touched: undefined }],
    ["a number for its method", { method: 1 }],
    ["no source", { source: undefined }],
  ])("takes one with %s for none", (_, damage) => {
    writeFileSync(file(), JSON.stringify({ ...entry, ...damage }));
    expect(journalFiles(state).read(destination)).toBeUndefined();
    expect([...journalFiles(state).entries()]).toEqual([]);
  });

  it("says what to do when it cannot be written", () => {
    mkdirSync(file());
    expect(failureOf(() => journalFiles(state).write(entry))).toMatchObject({
      exitCode: 1,
      remedy: expect.stringContaining("BLOB_COPY_STATE_DIRECTORY") as string,
    });
    expect(readdirSync(state.journalFolder)).toHaveLength(1);
  });

  it("names no variable that Terraform's own setting of it would outdo", () => {
    mkdirSync(file());
    const ofTerraform = new StateDirectory(state.path, "Terraform");
    expect(failureOf(() => journalFiles(ofTerraform).write(entry))).toMatchObject({
      remedy: "make the directory writable for this user, with some free space: Terraform reads the result of the copy there",
    });
  });
});

describe("the receipt", () => {
  const receipt = { version: 1, destinationUrl: destination, etag: '"0x8D"' } as Receipt;
  const files = () => readdirSync(state.path).filter((name) => name.includes("."));

  it("appears in full at the commit, and not before", () => {
    const file = reserveReceipt(state, "id", 1);
    expect(file.begin()).toBe("none");
    expect(files().filter((name) => name.endsWith(".json"))).toEqual([]);
    file.commit([receipt]);
    file.release();
    expect(files()).toEqual(["id.json", "id.unsettled"]);
    settleReceipt(state, "id");
    expect(files()).toEqual(["id.json"]);
    expect(JSON.parse(readFileSync(state.receiptFile("id"), "utf8"))).toEqual(receipt);
  });

  it("keeps no secret in what Terraform reads, whatever the service calls an ETag", () => {
    const secret = "rT5xK9bQ2mZ7wL4cV8nH";
    rememberMade(secret);
    reserveReceipt(state, "id", 1).commit([{ ...receipt, etag: `"${secret.slice(0, 9)}"`, copyId: Buffer.from(secret).toString("hex") }]);
    const text = readFileSync(state.receiptFile("id"), "utf8");
    expect(JSON.parse(text)).toMatchObject({ etag: '"REDACTED"', copyId: "REDACTED" });
  });

  it("leaves nothing when there is no commit", () => {
    const file = reserveReceipt(state, "id", 1);
    file.begin();
    settleReceipt(state, "id");
    expect(files()).toContain("id.unsettled");
    file.release();
    expect(files()).toEqual([]);
  });

  it("is written although the folder was removed around the run", () => {
    const file = reserveReceipt(state, "id", 1);
    file.begin();
    rmSync(state.path, { recursive: true });
    file.commit([receipt]);
    file.release();
    expect(files()).toEqual(["id.json", "id.unsettled"]);
    settleReceipt(state, "id");
    expect(files()).toEqual(["id.json"]);
  });

  it("tells whoever takes over from a lost run what that had come to, and loses its reservation", () => {
    reserveReceipt(state, "id", 1).begin();
    expect(takeOverReceipt(state, "id")).toBe("none");
    settleReceipt(state, "id");
    expect(files()).toEqual(["id.unsettled"]);
    const second = reserveReceipt(state, "id", 1);
    second.begin();
    second.commit([receipt]);
    expect(takeOverReceipt(state, "id")).toBe("committed");
    settleReceipt(state, "id");
    expect(files()).toEqual(["id.json"]);
    expect(takeOverReceipt(state, "id")).toBe("settled");
    expect(takeOverReceipt(state, undefined)).toBe("none");
  });

  it("tells the next run for the same id what a lost one had come to, as it is when that run begins", () => {
    reserveReceipt(state, "id", 1).begin();
    const second = reserveReceipt(state, "id", 1);
    const third = reserveReceipt(state, "id", 1);
    expect(second.begin()).toBe("none");
    second.commit([receipt]);
    expect(third.begin()).toBe("committed");
    third.release();
    expect(third.begin()).toBe("committed");
    settleReceipt(state, "id");
    expect(third.begin()).toBe("settled");
    third.release();
    expect(files()).toEqual(["id.json"]);
  });

  it("does not take away from a run at work what says that it is not over", () => {
    reserveReceipt(state, "id", 1).begin();
    reserveReceipt(state, "id", 1).release();
    expect(files()).toContain("id.unsettled");
  });

  it.each(["../id", "a/b", "a b"])("refuses %j as a resource id", (id) => {
    expect(failureOf(() => reserveReceipt(state, id, 1))).toMatchObject({ exitCode: 2 });
  });

  describe.each(["EINVAL", "ENOTSUP", "ENOSYS", "EPERM"])("on a file system that cannot synchronise, and says so with %s", (code) => {
    const cannot = () => {
      throw Object.assign(new Error(code), { code });
    };

    it("is committed", () => {
      jest.spyOn(fs, "fsyncSync").mockImplementation(cannot);
      const file = reserveReceipt(state, "id", 1);
      file.begin();
      file.commit([receipt]);
      file.release();
      expect(takeOverReceipt(state, "id")).toBe("committed");
      settleReceipt(state, "id");
      expect(files()).toEqual(["id.json"]);
    });
  });

  it.each(["EIO", "ENOSPC", "EDQUOT"])(
    "is not committed when the disk refuses its content with %s, and nothing of it is believed",
    (code) => {
      jest.spyOn(fs, "fsyncSync").mockImplementation(() => {
        throw Object.assign(new Error(code), { code });
      });
      const file = reserveReceipt(state, "id", 1);
      expect(failureOf(() => file.commit([receipt]))).toMatchObject({ exitCode: 1 });
      expect(takeOverReceipt(state, "id")).toBe("none");
      file.release();
      expect(files()).toEqual([]);
    },
  );

  it.each(["EIO", "ENOSPC", "EROFS"])("stays committed when all that follows its rename is refused with %s", (code) => {
    const file = reserveReceipt(state, "id", 1);
    file.begin();
    const { openSync: open, writeFileSync: write } = fs;
    jest.spyOn(fs, "writeFileSync").mockImplementation((path, ...rest) => {
      if (String(path).endsWith(".unsettled")) throw Object.assign(new Error(code), { code });
      write(path, ...rest);
    });
    jest.spyOn(fs, "openSync").mockImplementation((path, ...rest) => {
      if (String(path) === state.path) throw Object.assign(new Error(code), { code });
      return open(path, ...rest);
    });
    file.commit([receipt]);
    file.release();
    settleReceipt(state, "id");
    expect(JSON.parse(readFileSync(state.receiptFile("id"), "utf8"))).toEqual(receipt);
  });

  it("is committed when its rename took effect and was refused all the same", () => {
    const file = reserveReceipt(state, "id", 1);
    file.begin();
    const { renameSync: rename } = fs;
    jest.spyOn(fs, "renameSync").mockImplementation((from, to) => {
      rename(from, to);
      throw Object.assign(new Error("ENOENT"), { code: "ENOENT" });
    });
    file.commit([receipt]);
    expect(takeOverReceipt(state, "id")).toBe("committed");
  });

  it("is not believed to be committed when it is not there", () => {
    const file = reserveReceipt(state, "id", 1);
    file.begin();
    file.commit([receipt]);
    rmSync(state.receiptFile("id"));
    expect(takeOverReceipt(state, "id")).toBe("none");
    expect(reserveReceipt(state, "id", 1).begin()).toBe("none");
  });

  it("is not written in a run by hand", () => {
    reserveReceipt(state, undefined, 1).commit([receipt]);
    expect(files()).toEqual([]);
  });
});

describe("last words", () => {
  const word = { at: "2026-01-01T00:00:00.000Z", destination, outcome: "removed", text: "gone" };

  it("stay until they are removed, each with its destination", () => {
    const words = new UndeliveredMessages(state);
    words.leave(word);
    words.leave({ ...word, destination: `${destination}-2` });
    expect(words.read([destination])).toEqual([word]);
    expect(words.read([destination])).toEqual([word]);
    writeFileSync(join(state.undeliveredFolder, `${destinationKey(destination)}.json.tmp`), "half a wo");
    words.remove([destination]);
    expect(readdirSync(state.undeliveredFolder)).toHaveLength(1);
    expect(words.read([destination, `${destination}-2`])).toEqual([{ ...word, destination: `${destination}-2` }]);
  });

  it("are none where there is no state directory", () => {
    expect(new UndeliveredMessages(new StateDirectory(join(state.path, "missing"))).read([destination])).toEqual([]);
  });
});

describe("what to do about a state directory that cannot be used", () => {
  const remedyOf = (user: "by hand" | "Terraform", done: string) => {
    const failing = () => {
      throw Object.assign(new Error("EROFS: read-only file system"), { code: "EROFS" });
    };
    try {
      return new StateDirectory("/srv/.blobcopy", user).guard(done, failing);
    } catch (error) {
      return (error as CopyFailure).remedy;
    }
  };

  it.each(["created", "written", "read"])("names the variable where it counts, and not where Terraform has its own (%s)", (done) => {
    expect(remedyOf("by hand", done)).toBe(
      "make the directory writable for this user, with some free space, or set BLOB_COPY_STATE_DIRECTORY to another one",
    );
    expect(remedyOf("Terraform", done)).toBe(
      "make the directory writable for this user, with some free space: Terraform reads the result of the copy there",
    );
  });
});

itOnLinux("comes back from where no folder can be made, and says so", () => {
  const script = 'const { StateDirectory } = require("./src/state/state-directory"); new StateDirectory(process.argv[1]).create();';
  const made = spawnSync(process.execPath, ["--require", "tsx/cjs", "--eval", script, "/proc/nowhere/state"], {
    cwd: join(__dirname, "../../.."),
    timeout: 30_000,
    encoding: "utf8",
  });
  expect([made.signal, made.stderr]).toEqual([
    null,
    expect.stringContaining("The state directory /proc/nowhere/state could not be created"),
  ]);
});
