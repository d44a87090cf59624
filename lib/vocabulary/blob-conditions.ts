/**
 * Conditional headers of the service. On the source they are `x-ms-source-if-*`, on the destination the plain `If-*` headers and
 * `x-ms-if-tags`; a condition that does not hold fails the copy before anything is touched.
 */
export interface BlobConditions {
  /** Only if the ETag is this one, quoted as the service returns it, or `*` for any that exists. */
  readonly ifMatch?: string;
  /** Only if the ETag is not this one; `*` means: only if the blob does not exist. */
  readonly ifNoneMatch?: string;
  /** Only if modified after this time: RFC 1123 or ISO 8601. */
  readonly ifModifiedSince?: string;
  /** Only if not modified after this time: RFC 1123 or ISO 8601. */
  readonly ifUnmodifiedSince?: string;
  /** Only if this expression over the blob's index tags holds, such as `"stage" = 'done'`. */
  readonly ifTags?: string;
}
