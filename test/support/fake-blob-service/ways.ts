/**
 * Behaviour of the service that is not documented or recorded, or that was different at another
 * time. The fake service can behave in each of these ways. The names are those of the checks that
 * find out the behaviour of real accounts. The first way of each is the default.
 */
export const WAYS = {
  "copy-blob-within-account": ["has ended", "pending"],
  "copy-blob-across-accounts": ["has ended", "pending"],
  "copy-source-is-shown": ["without its signature", "with its signature", "not at all"],
  "copy-properties-and-set-headers": ["taken away", "left"],
  "copy-properties-and-set-metadata": ["left", "taken away"],
  "missing-source": ["told as missing", "told as unreadable", "told without the source's answer"],
  "pending-and-writes": ["refused", "end the copy"],
  "pending-and-snapshots": ["refused", "taken"],
  "pending-and-leases": ["refused", "given"],
  "pending-and-source": ["fails the copy", "goes on"],
  "pending-copy-in-listing": ["shown", "hidden"],
  "put-blob-from-url-and-metadata": ["taken along", "left"],
  "empty-source": ["taken", "refused"],
  "uncommitted-blocks-of-others": ["dropped", "stay"],
  "block-ids-of-other-length": ["in the way", "taken"],
  "source-condition": ["as last recorded", "by a code of its own", "as the source's answer"],
  "destination-condition": ["with its side", "without its side"],
  "destination-must-be-absent": ["as a conflict", "as a condition"],
  "snapshot-and-copy-properties": ["shown", "not shown"],
  "snapshot-of-archived": ["refused", "taken"],
  "tier-of-what-is-overwritten": ["kept", "the account's"],
  "archived-destination": ["refused", "overwritten"],
  "archived-source-stays": ["pending", "has ended"],
  "listing-from-a-name-on": ["honoured", "ignored", "refused"],
  "key-of-a-blob-without-one": ["refused", "ignored"],
  "overwritten-without-its-key": ["taken", "refused"],
  "headers-of-what-has-a-key": ["set", "refused"],
  "encryption-scope-and-source": ["the scope first", "the source first"],
  "incremental-copy-of-the-same": ["taken", "refused"],
  "empty-blobs-are-listed-with-md5-or-not": ["with it", "without it"],
} as const;

export type Question = keyof typeof WAYS;
export type Way<Asked extends Question> = (typeof WAYS)[Asked][number];

/** `question=way`: applies to all fake services of a process, unless a test chooses another way. */
export const WAYS_VARIABLE = "FAKE_BLOB_SERVICE_WAYS";

/** The chosen way for each question, or its default. */
export class ChosenWays {
  private readonly chosen = new Map<Question, string>();

  choose<Asked extends Question>(question: Asked, way: Way<Asked>): void {
    this.chosen.set(question, way);
  }

  is<Asked extends Question>(question: Asked, way: Way<Asked>): boolean {
    return (this.chosen.get(question) ?? usualWay(question)) === way;
  }

  reset(): void {
    this.chosen.clear();
  }
}

const [ASKED, USUAL] = process.env[WAYS_VARIABLE]?.split("=") ?? [];

function usualWay(question: Question): string {
  const ways: readonly string[] = WAYS[question];
  const [first = ""] = ways;
  return question === ASKED && USUAL !== undefined && ways.includes(USUAL) ? USUAL : first;
}
