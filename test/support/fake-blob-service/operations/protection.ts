import type { Answer, Call } from "../http/call";
import type { BlobState } from "../state/blob-state";
import { ServiceFailure } from "../service-failure";
import { destinationOf } from "./destination";

function blobOf(call: Call): BlobState {
  const { blob } = destinationOf(call);
  if (blob === undefined) throw new ServiceFailure("BlobNotFound");
  return blob;
}

export function setBlobLegalHold(call: Call): Answer {
  const isHeld = call.header("x-ms-legal-hold");
  if (isHeld !== "true" && isHeld !== "false") throw new ServiceFailure("InvalidHeaderValue");
  blobOf(call).legalHold = isHeld === "true";
  return { status: 200, headers: ["x-ms-legal-hold", isHeld] };
}

export function setBlobImmutabilityPolicy(call: Call): Answer {
  const until = call.header("x-ms-immutability-policy-until-date") ?? "";
  const mode = call.header("x-ms-immutability-policy-mode")?.toLowerCase() ?? "unlocked";
  if ((mode !== "locked" && mode !== "unlocked") || !(Date.parse(until) > Date.now())) throw new ServiceFailure("InvalidHeaderValue");
  const blob = blobOf(call);
  const since = call.header("if-unmodified-since");
  if (since !== undefined && blob.lastModified > Date.parse(since)) throw new ServiceFailure("ConditionNotMet");
  blob.immutabilityPolicy = { until, mode };
  return { status: 200, headers: ["x-ms-immutability-policy-until-date", until, "x-ms-immutability-policy-mode", mode] };
}

export function deleteBlobImmutabilityPolicy(call: Call): Answer {
  const blob = blobOf(call);
  if (blob.immutabilityPolicy?.mode === "locked") throw new ServiceFailure("BlobImmutableDueToPolicy");
  blob.immutabilityPolicy = undefined;
  return { status: 200, headers: [] };
}
