/**
 * The operations on a resource. Each resolves with whether it is done; if not, a later invocation
 * continues it.
 */
export interface Operations {
  /** Makes the destination what is declared. @throws CopyFailure */
  copy(): Promise<boolean>;
  /** Undoes an update that is rolled back. @throws CopyFailure */
  goBack(): Promise<boolean>;
  /**
   * Undoes a resource that was made in a run of the stack that is rolled back. @throws CopyFailure
   */
  undo(): Promise<boolean>;
  /** Removes a resource that is no longer declared. @throws CopyFailure */
  remove(): Promise<boolean>;
  /** Undoes the changes of the stack's last run to the destination. @throws CopyFailure */
  rollBack(why: string): Promise<boolean>;
  /** The run of the stack is over: nothing of it will be undone any more. */
  keepForGood(): Promise<boolean>;
}
