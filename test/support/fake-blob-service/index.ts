export { FakeBlobService } from "./fake-blob-service";
export type { FakeBlobServiceOptions, WebObjectSeed } from "./fake-blob-service";
export { AccountHandle } from "./account-handle";
export type { BlobSeed, BlobView } from "./account-handle";
export { Content } from "./state/content";
export type { CopyScript, Fault, FaultMatcher, FaultSubject } from "./script";
export type { RecordedRequest } from "./http/http-front";
