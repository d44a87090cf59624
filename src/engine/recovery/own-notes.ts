import type { Journal } from "../ports/journal";

/**
 * The journal, limited to the notes of this owner. Two deployments whose programs share a state
 * directory, such as two workspaces of one checkout, see each other's notes there. The other
 * deployment's notes prove nothing, and are not removed.
 */
export function ownNotes(journal: Journal, owner: string): Journal {
  const read = (destination: string) => {
    const entry = journal.read(destination);
    return entry?.owner === owner ? entry : undefined;
  };
  return {
    read,
    write: (entry) => journal.write(entry),
    remove: (destination) => (read(destination) === undefined ? undefined : journal.remove(destination)),
  };
}
