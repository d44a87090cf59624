import { CfnOutput, Duration, Fn, Lazy, NestedStack, RemovalPolicy, Stack, Tags } from "aws-cdk-lib";
import { Vpc, SecurityGroup } from "aws-cdk-lib/aws-ec2";
import { Key } from "aws-cdk-lib/aws-kms";
import { Runtime } from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { StringParameter } from "aws-cdk-lib/aws-ssm";
import { Topic } from "aws-cdk-lib/aws-sns";
import { BlobCopyProvider, BlobDestination, BlobSource, Credential, RecopyPolicy, RollbackPolicy } from "../../../lib/aws-cdk";
import { copyIn, customResource, ENDPOINT, jsonIn, newStack, secretOf, statements, templateOf } from "./app";
import { attributesOf } from "../support/attributes";

describe("BlobCopy of AWS CDK", () => {
  it("becomes one custom resource with the intent, without any secret", () => {
    const stack = newStack();
    copyIn(stack, { metadata: { release: "3" }, timeout: Duration.minutes(20), rollback: RollbackPolicy.ABORT_ONLY });

    expect(jsonIn(stack, "Intent")).toEqual({
      version: 1,
      owner: "Stack/Copy",
      copies: [
        {
          source: { kind: "url", url: "https://source.blob.core.windows.net/models/v3.onnx", credential: { kind: "anonymous" } },
          destination: {
            kind: "blob",
            blobEndpoint: ENDPOINT,
            containerName: "models",
            blobName: "v3.onnx",
            credential: { kind: "stored", variable: expect.stringMatching(/^secretsmanager:\$\{Secret\w+\}$/) as string },
          },
          metadata: { release: "3" },
        },
      ],
      timeoutMilliseconds: 1_200_000,
      rollback: "abort-only",
    });
    expect(jsonIn(stack, "Fingerprint")).toEqual({
      source: { kind: "url", url: "https://source.blob.core.windows.net/models/v3.onnx" },
      destination: { kind: "blob", blobEndpoint: ENDPOINT, containerName: "models", blobName: "v3.onnx" },
      metadata: { release: "3" },
    });
  });

  it.each([
    { removalPolicy: undefined, onDestroy: "retain" },
    { removalPolicy: RemovalPolicy.RETAIN, onDestroy: "retain" },
    { removalPolicy: RemovalPolicy.DESTROY, onDestroy: "delete" },
  ])("takes removalPolicy $removalPolicy for the blob, and is itself always told of its end", ({ removalPolicy, onDestroy }) => {
    const stack = newStack();
    copyIn(stack, removalPolicy === undefined ? {} : { removalPolicy });

    expect(customResource(stack)).toMatchObject({ Properties: { OnDestroy: onDestroy }, DeletionPolicy: "Delete" });
  });

  it("has attributes, and who uses one waits for the copy", () => {
    const stack = newStack();
    const copy = copyIn(stack);

    for (const [name, value] of Object.entries(attributesOf(copy)))
      expect(stack.resolve(value)).toEqual({ "Fn::GetAtt": [expect.stringMatching(/^Copy/) as string, name] });
  });

  it("has the names of its attributes as a property, so that one of a later version is asked for", () => {
    const stack = newStack();
    const names = Object.keys(attributesOf(copyIn(stack)));

    expect(String(customResource(stack).Properties["Attributes"]).split(" ")).toEqual(names.sort());
  });

  it("orders what depends on it, and what it depends on", () => {
    const stack = newStack();
    const copy = copyIn(stack);
    const before = new Topic(stack, "Before");
    const after = new Topic(stack, "After");
    copy.node.addDependency(before);
    after.node.addDependency(copy);

    expect(customResource(stack).DependsOn).toContain(stack.getLogicalId(before.node.defaultChild as never));
    const topics = templateOf(stack).findResources("AWS::SNS::Topic");
    const dependencies = Object.values(topics).map((topic) => (topic as { DependsOn?: string[] }).DependsOn);
    expect(dependencies).toContainEqual([expect.stringMatching(/^Copy/)]);
  });

  it("takes tokens wherever there is text", () => {
    const stack = newStack();
    copyIn(stack, {
      source: BlobSource.fromUrl(Fn.importValue("SourceUrl")),
      destination: BlobDestination.fromContainer({
        blobEndpoint: Fn.importValue("Endpoint"),
        containerName: Lazy.string({ produce: () => "late" }),
        blobName: `models/${Fn.ref("AWS::Region")}.onnx`,
        credential: Credential.fromSecretsManager(secretOf(stack)),
      }),
      metadata: { region: Fn.ref("AWS::Region") },
      copyTriggers: { release: Fn.importValue("Release") },
    });

    expect(jsonIn(stack, "Fingerprint")).toEqual({
      source: { kind: "url", url: "${SourceUrl}" },
      destination: { kind: "blob", blobEndpoint: "${Endpoint}", containerName: "late", blobName: "models/${AWS::Region}.onnx" },
      metadata: { region: "${AWS::Region}" },
      copyTriggers: { release: "${Release}" },
    });
  });

  it("is another template in each synth when it is to copy in every deployment", () => {
    const stack = newStack();
    copyIn(stack, { recopy: RecopyPolicy.EVERY_DEPLOY });

    expect(jsonIn(stack, "Fingerprint")).toMatchObject({ synthesizedAt: expect.stringMatching(/^\d{4}-/) as string });
  });

  it("shares one provider in a stack, also one that was made by hand", () => {
    const stack = newStack();
    const provider = new BlobCopyProvider(stack, "Copies", { memorySize: 256 });
    const first = copyIn(stack);
    const second = copyIn(
      stack,
      { destination: BlobDestination.fromUrl(`${ENDPOINT}models/other`, { credential: Credential.fromSecretsManager(secretOf(stack)) }) },
      "Second",
    );

    expect([first.provider, second.provider]).toEqual([provider, provider]);
    templateOf(stack).resourceCountIs("AWS::StepFunctions::StateMachine", 1);
    templateOf(stack).hasResourceProperties("AWS::Lambda::Function", {
      Handler: "index.isComplete",
      MemorySize: 256,
      Runtime: "nodejs22.x",
    });
  });

  it("runs as it is told to", () => {
    const stack = newStack();
    const vpc = new Vpc(stack, "Vpc");
    new BlobCopyProvider(stack, "Copies", {
      vpc,
      securityGroups: [new SecurityGroup(stack, "Group", { vpc })],
      logGroup: new LogGroup(stack, "Log"),
      runtime: Runtime.NODEJS_24_X,
    });
    Tags.of(stack).add("team", "models");

    const functions = Object.values(templateOf(stack).findResources("AWS::Lambda::Function")) as {
      Properties: { VpcConfig?: object; LoggingConfig?: object; Tags?: object[]; Runtime: string; Description?: string };
    }[];
    expect(functions.filter(({ Properties }) => Properties.VpcConfig === undefined && !Properties.Description?.includes("waiter"))).toEqual(
      [],
    );
    expect(functions.filter(({ Properties }) => Properties.LoggingConfig === undefined)).toEqual([]);
    expect(functions.filter(({ Properties }) => Properties.Tags === undefined)).toEqual([]);
    templateOf(stack).hasResourceProperties("AWS::Lambda::Function", { Handler: "index.settle", Runtime: "nodejs24.x" });
  });

  describe("grants no more than it needs", () => {
    it("of its table, its stack and a secret", () => {
      const stack = newStack();
      copyIn(stack);

      expect(statements(stack)).toEqual([
        { Effect: "Allow", Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: { "Fn::GetAtt": [expect.any(String), "Arn"] } },
        {
          Effect: "Allow",
          Action: ["dynamodb:GetItem", "dynamodb:UpdateItem", "dynamodb:Query", "dynamodb:Scan"],
          Resource: [{ "Fn::GetAtt": [expect.stringContaining("Records"), "Arn"] }],
        },
        {
          Effect: "Allow",
          Action: ["cloudformation:DescribeStacks", "cloudformation:DescribeStackEvents"],
          Resource: { Ref: "AWS::StackId" },
        },
        {
          Effect: "Allow",
          Action: ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"],
          Resource: { Ref: expect.stringMatching(/^Secret/) as string },
        },
      ]);
    });

    it("of a parameter", () => {
      const stack = newStack();
      const parameter = StringParameter.fromSecureStringParameterAttributes(stack, "Parameter", { parameterName: "/azure/sas" });
      copyIn(stack, {
        destination: BlobDestination.fromUrl(`${ENDPOINT}models/v3`, { credential: Credential.fromSsmParameter(parameter) }),
      });

      expect(statements(stack)).toContainEqual(
        expect.objectContaining({ Action: ["ssm:DescribeParameters", "ssm:GetParameters", "ssm:GetParameter", "ssm:GetParameterHistory"] }),
      );
      expect(jsonIn(stack, "Intent")).toMatchObject({
        copies: [{ destination: { credential: { kind: "stored", variable: "ssm:/azure/sas" } } }],
      });
    });

    it("of a token for one audience", () => {
      const stack = newStack();
      const credential = Credential.webIdentity({ tenantId: "tenant", clientId: "client" });
      copyIn(stack, { destination: BlobDestination.fromUrl(`${ENDPOINT}models/v3`, { credential }) });

      expect(statements(stack)).toContainEqual({
        Effect: "Allow",
        Action: "sts:GetWebIdentityToken",
        Resource: "*",
        Condition: {
          "ForAllValues:StringEquals": { "sts:IdentityTokenAudience": ["api://AzureADTokenExchange"] },
          NumericLessThanEquals: { "sts:DurationSeconds": 1_800 },
          StringEquals: { "sts:SigningAlgorithm": "RS256" },
        },
      });
      expect(jsonIn(stack, "Intent")).toMatchObject({
        copies: [{ destination: { credential: { kind: "workload-identity", tenantId: "tenant", clientId: "client" } } }],
      });
    });

    it("and what the app grants besides", () => {
      const stack = newStack();
      new Key(stack, "Key").grantDecrypt(copyIn(stack));

      expect(statements(stack)).toContainEqual(expect.objectContaining({ Action: "kms:Decrypt" }));
    });
  });

  it.each([
    ["nested", (stack: Stack) => new NestedStack(stack, "Below")],
    ["another", (stack: Stack) => new Stack(stack, "Below")],
  ])("has a provider in each stack, also where %s stack below it has one first", (_, below) => {
    const stack = newStack();
    const other = copyIn(below(stack));
    const copy = copyIn(stack);

    expect(copy.provider).not.toBe(other.provider);
    expect(customResource(stack).Properties["ServiceToken"]).toEqual({
      "Fn::GetAtt": [expect.stringMatching(/^AzureBlobCopyProvider/), "Arn"],
    });
  });

  it("listens to the stack that is deployed, also below a nested one", () => {
    const stack = newStack();
    const nested = new NestedStack(stack, "Nested");
    new CfnOutput(stack, "Etag", { value: copyIn(nested).etag });

    templateOf(nested).hasResourceProperties("AWS::Events::Rule", {
      EventPattern: { detail: { "stack-id": [{ Ref: "referencetoStackAWSStackId" }] } },
    });
  });
});
