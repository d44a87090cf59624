import type { Reference, Value, World } from "../../support/jsii/world";

export type Options = Readonly<Record<string, Value>>;

/** The parts of a framework's app around our constructs, in a world. */
export interface Framework {
  /** Suffix of the type of a construct's options. */
  readonly suffix: "Config" | "Props";
  readonly destinationsNeedCredential: boolean;
  /** A text that must not be shown. */
  secret(): Promise<Value>;
  /** Any credential; `fqn`: our type of credentials. */
  credential(fqn: string): Promise<Value>;
  /**
   * Values of a type of the framework; for an enumeration, each member.
   *
   * @throws for a type that was never needed before
   */
  valuesOf(fqn: string, copy: () => Promise<Reference>): Promise<readonly Value[]>;
  /** Further options that an option needs; `name`: the destination's name. */
  beside(option: string): Promise<{ readonly name?: Value; readonly options: Options }>;
  /** Makes a value an output of the stack. */
  show(id: string, value: Value): Promise<void>;
}

interface Started {
  readonly app: Reference;
  readonly stack: Reference;
  readonly framework: Framework;
}

/** Creates an app with one stack. */
export async function startApp(name: "cdktf" | "aws-cdk-lib", world: World, outdir: string): Promise<Started> {
  if (name === "cdktf") {
    const app = await world.create("cdktf.App", [{ fqn: "cdktf.AppConfig", struct: { outdir } }]);
    const stack = await world.create("cdktf.TerraformStack", [app, "stack"]);
    return { app, stack, framework: new Terraform(world, stack) };
  }
  const app = await world.create("aws-cdk-lib.App", [{ fqn: "aws-cdk-lib.AppProps", struct: { outdir, analyticsReporting: false } }]);
  const stack = await world.create("aws-cdk-lib.Stack", [app, "stack"]);
  return { app, stack, framework: new AwsCdk(world, stack) };
}

class Terraform implements Framework {
  readonly suffix = "Config";
  readonly destinationsNeedCredential = false;
  readonly #secret: Promise<Value>;
  readonly #iterator: Promise<Value>;

  constructor(
    private readonly world: World,
    private readonly stack: Reference,
  ) {
    this.#iterator = world.callStatic("cdktf.TerraformIterator", "fromList", [["a", "b"]]);
    const variable = { fqn: "cdktf.TerraformVariableConfig", struct: { type: "string", sensitive: true } };
    this.#secret = world
      .create("cdktf.TerraformVariable", [stack, "secret", variable])
      .then((made) => world.get(made, "stringValue") as Promise<Value>);
  }

  secret(): Promise<Value> {
    return this.#secret;
  }

  credential(fqn: string): Promise<Value> {
    return this.world.callStatic(fqn, "sasFromEnvironment", ["VARIABLE"]);
  }

  async valuesOf(fqn: string, copy: () => Promise<Reference>): Promise<readonly Value[]> {
    switch (fqn) {
      case "cdktf.ITerraformIterator":
        return [await this.#iterator];
      case "cdktf.ITerraformDependable":
        return [await copy()];
      default:
        throw unknown(fqn);
    }
  }

  async beside(option: string): Promise<{ readonly name?: Value; readonly options: Options }> {
    if (option !== "forEach") return { options: {} };
    const key = (await this.world.get((await this.#iterator) as Reference, "key")) as Value;
    return { name: await this.world.callStatic("cdktf.Token", "asString", [key]), options: {} };
  }

  async show(id: string, value: Value): Promise<void> {
    await this.world.create("cdktf.TerraformOutput", [this.stack, id, { fqn: "cdktf.TerraformOutputConfig", struct: { value } }]);
  }
}

class AwsCdk implements Framework {
  readonly suffix = "Props";
  readonly destinationsNeedCredential = true;
  readonly #made = new Map<string, Promise<Value>>();

  constructor(
    private readonly world: World,
    private readonly stack: Reference,
  ) {}

  secret(): Promise<Value> {
    return Promise.reject(new Error("no secret is in a template"));
  }

  async credential(fqn: string): Promise<Value> {
    return this.world.callStatic(fqn, "fromSecretsManager", await this.valuesOf("aws-cdk-lib.aws_secretsmanager.ISecret"));
  }

  async valuesOf(fqn: string): Promise<readonly Value[]> {
    if (fqn === "constructs.Construct") return [this.stack];
    if (fqn === "aws-cdk-lib.RemovalPolicy") return ["RETAIN", "DESTROY"].map((member) => ({ fqn, member }));
    const known = this.#made.get(fqn) ?? this.#make(fqn);
    this.#made.set(fqn, known);
    return [await known];
  }

  async beside(option: string): Promise<{ readonly options: Options }> {
    if (option !== "vpcSubnets" && option !== "securityGroups") return { options: {} };
    const [vpc] = await this.valuesOf("aws-cdk-lib.aws_ec2.IVpc");
    return { options: vpc === undefined ? {} : { vpc } };
  }

  async show(id: string, value: Value): Promise<void> {
    const text = await this.world.callStatic("aws-cdk-lib.Token", "asString", [value]);
    await this.world.create("aws-cdk-lib.CfnOutput", [this.stack, id, { fqn: "aws-cdk-lib.CfnOutputProps", struct: { value: text } }]);
  }

  async #make(fqn: string): Promise<Value> {
    const { world, stack } = this;
    switch (fqn) {
      case "aws-cdk-lib.Duration":
        return world.callStatic(fqn, "minutes", [20]);
      case "aws-cdk-lib.aws_lambda.Runtime":
        return world.getStatic(fqn, "NODEJS_24_X");
      case "aws-cdk-lib.aws_logs.ILogGroup":
        return world.create("aws-cdk-lib.aws_logs.LogGroup", [stack, "LogGroup"]);
      case "aws-cdk-lib.aws_ec2.IVpc":
        return world.create("aws-cdk-lib.aws_ec2.Vpc", [stack, "Vpc"]);
      case "aws-cdk-lib.aws_ec2.SubnetSelection":
        return { fqn, struct: { subnetType: { fqn: "aws-cdk-lib.aws_ec2.SubnetType", member: "PRIVATE_WITH_EGRESS" } } };
      case "aws-cdk-lib.aws_ec2.ISecurityGroup": {
        const { options: struct } = await this.beside("securityGroups");
        const props = { fqn: "aws-cdk-lib.aws_ec2.SecurityGroupProps", struct };
        return world.create("aws-cdk-lib.aws_ec2.SecurityGroup", [stack, "SecurityGroup", props]);
      }
      case "aws-cdk-lib.aws_secretsmanager.ISecret":
        return world.callStatic("aws-cdk-lib.aws_secretsmanager.Secret", "fromSecretNameV2", [stack, "Secret", "azure"]);
      case "aws-cdk-lib.aws_ssm.IParameter":
        return world.callStatic("aws-cdk-lib.aws_ssm.StringParameter", "fromStringParameterName", [stack, "Parameter", "azure"]);
      default:
        throw unknown(fqn);
    }
  }
}

function unknown(fqn: string): Error {
  return new Error(`no value of the type ${fqn} is known: say here how to make one`);
}
