"""What stack.ts declares, in Python. The first argument is the folder to synthesize into."""

import sys

import jsii

for framework in ("constructs", "cdktf"):
    jsii.made_module(framework)

from cdktf import App, TerraformIterator, TerraformOutput, TerraformStack, TerraformVariable, Token
from cdktf_azure_blob_copy import (
    AccessTier,
    BlobCopy,
    BlobCopySet,
    BlobDestination,
    BlobSource,
    ContentHeaders,
    Credential,
    DestroyPolicy,
    OverwritePolicy,
    RecopyPolicy,
    SetCopyConfig,
)

SOURCE = "https://source.blob.core.windows.net/"
DESTINATION = "https://destination.blob.core.windows.net/"

app = App(outdir=sys.argv[1])
stack = TerraformStack(app, "stack")
secret = TerraformVariable(stack, "secret", type="string", sensitive=True)

model = BlobCopy(
    stack,
    "model",
    source=BlobSource.from_url(SOURCE + "release/model.onnx", credential=Credential.sas(secret.string_value)),
    destination=BlobDestination.from_container(blob_endpoint=DESTINATION, container_name="models", blob_name="current.onnx"),
    metadata={"stage": "production"},
    content_headers=ContentHeaders(content_type="application/octet-stream"),
    access_tier=AccessTier.COOL,
    overwrite=OverwritePolicy.IF_DIFFERENT,
    on_destroy=DestroyPolicy.DELETE,
    timeout="2h",
)
model.move_from_id("earlier")

each = TerraformIterator.from_list(["a", "b"])
name = Token.as_string(each.value)
BlobCopy(
    stack,
    "each",
    for_each=each,
    source=BlobSource.from_container(blob_endpoint=SOURCE, container_name="data", blob_name=name),
    destination=BlobDestination.from_container(blob_endpoint=DESTINATION, container_name="data", blob_name=name),
    depends_on=[model],
)

prefix = BlobCopySet(
    stack,
    "prefix",
    from_=BlobSource.from_prefix(blob_endpoint=SOURCE, container_name="data", prefix="v3/"),
    to=BlobDestination.from_prefix(blob_endpoint=DESTINATION, container_name="live"),
    include=["**/*.onnx"],
    rename={"old/": "new/"},
    prune=True,
    recopy=RecopyPolicy.EVERY_DEPLOY,
    max_concurrency=64,
)

copies = BlobCopySet(
    stack,
    "list",
    copies=[
        SetCopyConfig(
            key="one",
            source=BlobSource.from_url(SOURCE + "data/one"),
            destination=BlobDestination.from_url(DESTINATION + "list/one"),
        )
    ],
)

TerraformOutput(stack, "etag", value=model.etag)
TerraformOutput(stack, "bytes", value=model.bytes_copied)
TerraformOutput(stack, "total", value=prefix.total)
TerraformOutput(stack, "one", value=copies.result("one").destination_url)

app.synth()
