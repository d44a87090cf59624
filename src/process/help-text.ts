export const HELP_TEXT = `Copies Azure blobs on the service's side, waits until they are copied, and rolls back what does not finish.

Usage: blob-copy <command> [INTENT.json] [--log-format text|json]

Commands
  plan      show what apply would copy, skip and prune, with the reason for each blob; changes nothing
  apply     make the copies of the intent, wait for them, roll back on failure or interruption
  status    show the copies of the intent and what earlier runs left to say; changes nothing
  abort     abort the pending copies of the intent
  destroy   do what the resource declared for its destruction (takes a destroy intent)

INTENT.json is a copy intent; without it, the intent is read from the environment variable BLOB_COPY_INTENT.

Options
  --log-format text|json   plain lines (default), or one JSON object per line; also BLOB_COPY_LOG_FORMAT
  -h, --help               show this text
  --version                show the version

Environment
  BLOB_COPY_STATE_DIRECTORY   folder for receipts, journals and last words (default .blobcopy)
  Credentials are read from the variables that the intent names, otherwise the default Azure credential is used.

Exit codes
  0 done   1 copy failed   2 wrong intent or usage   3 not authorised   4 source not found
  124 timed out   130 interrupted   143 terminated

Ctrl-C rolls back and waits for it; a second Ctrl-C returns at once while the rollback goes on in the background.
`;
