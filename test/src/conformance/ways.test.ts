import type { CheckResult } from "../../../src/conformance/run-suite";
import { ASSUMPTIONS, PROMISES } from "../../../src/conformance/suite";
import { type Question, WAYS } from "../../support/fake-blob-service/ways";
import { ConformanceWorld } from "./world";

/** The suite's text for each way. */
const TOLD: Readonly<Record<Question, Readonly<Record<string, RegExp>>>> = {
  "copy-blob-within-account": { "has ended": /answered success/, pending: /answered pending/ },
  "copy-blob-across-accounts": { "has ended": /answered success/, pending: /answered pending/ },
  "copy-source-is-shown": {
    "without its signature": /no signature/,
    "with its signature": /shows the signature/,
    "not at all": /not shown/,
  },
  "copy-properties-and-set-headers": { "taken away": /removes them/, left: /leaves them/ },
  "copy-properties-and-set-metadata": { "taken away": /removes them/, left: /leaves them/ },
  "missing-source": {
    "told as missing": /within the destination's 404 BlobNotFound/,
    "told as unreadable": /within the destination's 404 CannotVerifyCopySource/,
    "told without the source's answer": /within the destination's 404 CannotVerifyCopySource/,
  },
  "pending-and-writes": { refused: /409 PendingCopyOperation/, "end the copy": /ends the copy/ },
  "pending-and-snapshots": { refused: /409 PendingCopyOperation/, taken: /was taken/ },
  "pending-and-leases": { refused: /409 PendingCopyOperation/, given: /was given/ },
  "pending-and-source": { "fails the copy": /^it fails: /, "goes on": /continues/ },
  "pending-copy-in-listing": { shown: /as pending/, hidden: /nothing of it/ },
  "put-blob-from-url-and-metadata": { "taken along": /copies it/, left: /leaves it/ },
  "empty-source": { taken: /is taken/, refused: /400 CannotVerifyCopySource/ },
  "uncommitted-blocks-of-others": { dropped: /dropped/, stay: /stay/ },
  "block-ids-of-other-length": { "in the way": /InvalidBlobOrBlock/, taken: /are taken/ },
  "source-condition": {
    "as last recorded": /412 SourceConditionNotMet, 412 CannotVerifyCopySource/,
    "by a code of its own": /^412 SourceConditionNotMet$/,
    "as the source's answer": /^412 CannotVerifyCopySource$/,
  },
  "destination-condition": { "with its side": /TargetConditionNotMet/, "without its side": /^412 ConditionNotMet/ },
  "destination-must-be-absent": { "as a conflict": /409 BlobAlreadyExists/, "as a condition": /^412 TargetConditionNotMet/ },
  "snapshot-and-copy-properties": { shown: /shows them/, "not shown": /shows none/ },
  "snapshot-of-archived": { refused: /409 BlobArchived/, taken: /is taken/ },
  "tier-of-what-is-overwritten": { kept: /keeps it/, "the account's": /has Hot/ },
  "archived-destination": { refused: /409 BlobArchived/, overwritten: /is overwritten/ },
  "archived-source-stays": { pending: /answered pending/, "has ended": /answered success/ },
  "listing-from-a-name-on": { honoured: /begins there/, ignored: /at the beginning/, refused: /is refused/ },
  "key-of-a-blob-without-one": { refused: /409 BlobDoesNotUseCustomerSpecifiedEncryption/, ignored: /is ignored/ },
  "overwritten-without-its-key": { taken: /is overwritten/, refused: /409 BlobUsesCustomerSpecifiedEncryption/ },
  "headers-of-what-has-a-key": { set: /are set/, refused: /409 BlobUsesCustomerSpecifiedEncryption/ },
  "encryption-scope-and-source": { "the scope first": /EncryptionScopeNotAvailable/, "the source first": /the source first/ },
  "incremental-copy-of-the-same": { taken: /is taken/, refused: /^409 IncrementalCopyOfEarlierSnapshotNotAllowed/ },
  "empty-blobs-are-listed-with-md5-or-not": { "with it": /with its MD5/, "without it": /^without$/ },
};

const rows = (Object.keys(WAYS) as Question[]).flatMap((question) => WAYS[question].map((way) => ({ question, way })));
/**
 * The ways that are not the default, several at once, so that copies are tried with each of them.
 * Ways of the same question are in different groups, and so are those of neighbouring questions,
 * which are about the same subject.
 */
const GROUPS = 7;
const others = rows.filter(({ question, way }) => WAYS[question][0] !== way);
const together = Array.from({ length: GROUPS }, (_, group) => others.filter((_, index) => index % GROUPS === group));
/**
 * All promises that read the traces of a copy on the service, with one method of each kind. For
 * these questions, the other methods do not differ.
 */
const COPIES_AND_ROLLBACKS = PROMISES.filter(({ id }) =>
  /^(puts-back-(copy-blob-(block|page)|put-block|put-page|append|without)|removes-(copy-blob-block|put-block|append))|^(cancelled|abort|pending|atomic|set-prunes|empty)/.test(
    id,
  ),
);

let world: ConformanceWorld;

beforeAll(async () => {
  world = await ConformanceWorld.start();
});
afterEach(() => world.service.script.ways.reset());
afterAll(() => world.stop());

const failed = (results: readonly CheckResult[]) =>
  results.filter(({ verdict }) => verdict === "fail").map(({ id, text }) => `${id}: ${text}`);

function go({ question, way }: (typeof rows)[number]) {
  world.service.script.ways.choose(question, way);
}

it.each(rows)("the suite settles $question: $way", async (row) => {
  go(row);
  const [result] = await world.run(ASSUMPTIONS.filter(({ id }) => id === row.question));
  expect(result).toMatchObject({ verdict: "settled", text: expect.stringMatching(TOLD[row.question][row.way] ?? /^$/) as unknown });
});

it.each(together.map((group) => ({ group, named: group.map(({ question, way }) => `${question}: ${way}`).join(", ") })))(
  "copies and rollbacks work where $named",
  async ({ group }) => {
    expect(new Set(group.map(({ question }) => question)).size).toBe(group.length);
    group.forEach(go);
    expect(failed(await world.run(COPIES_AND_ROLLBACKS))).toEqual([]);
  },
);
