/** What can be asked of a resource. Each resolves with whether it is done: a later invocation goes on with what is not. */
export interface Operations {
  /** Makes the destination what is declared. @throws CopyFailure */
  copy(): Promise<boolean>;
  /** An update is rolled back. @throws CopyFailure */
  goBack(): Promise<boolean>;
  /** The resource was made in a run of the stack that is rolled back. @throws CopyFailure */
  undo(): Promise<boolean>;
  /** The resource is not declared any more. @throws CopyFailure */
  remove(): Promise<boolean>;
  /** Takes back what the last run of the stack did to the destination. @throws CopyFailure */
  rollBack(why: string): Promise<boolean>;
  /** The run of the stack is over: nothing of it will be undone any more. */
  keepForGood(): Promise<boolean>;
}
