/** HTTP headers that the service stores with the destination and answers a GET with. Each one not given is kept from the source. */
export interface ContentHeaders {
  /** `Content-Type` (`x-ms-blob-content-type`), such as `application/json`. */
  readonly contentType?: string;
  /** `Content-Encoding` (`x-ms-blob-content-encoding`), such as `gzip`. */
  readonly contentEncoding?: string;
  /** `Content-Language` (`x-ms-blob-content-language`), such as `en`. */
  readonly contentLanguage?: string;
  /** `Content-Disposition` (`x-ms-blob-content-disposition`), such as `attachment; filename="a.bin"`. */
  readonly contentDisposition?: string;
  /** `Cache-Control` (`x-ms-blob-cache-control`), such as `max-age=3600`. */
  readonly cacheControl?: string;
}
