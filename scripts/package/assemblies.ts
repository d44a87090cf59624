/**
 * The jsii assemblies, one for each framework. A single assembly would bring all frameworks into
 * all languages, since only npm has optional peers.
 */
export interface Assembly {
  /** Folder below `packages/`, and name of its reference's folder in `docs/api/`. */
  readonly folder: string;
  /** Name of the npm package and of the assembly. */
  readonly name: string;
  readonly description: string;
  /** The module that the sources import, and its replacement in this assembly. */
  readonly framework: { readonly from: string; readonly to: string };
  /** The page that becomes the package's README, and the module that its examples import. */
  readonly readme: { readonly page: string; readonly module: string };
  /** Files and folders below `dist/` that run in a deploy. */
  readonly programs: readonly string[];
  /**
   * Peers, with the ranges of the main package. jsii uses the lowest version as the development
   * dependency.
   */
  readonly peers: readonly string[];
  readonly keywords: readonly string[];
  /** Entry file of the sources. */
  readonly entry: string;
  /**
   * Folder for compiled files. It is as deep as in the main package, so that they find the program
   * in the same way.
   */
  readonly outDir: string;
  readonly targets: {
    readonly python: { readonly distName: string; readonly module: string };
    readonly java: { readonly package: string; readonly maven: { readonly groupId: string; readonly artifactId: string } };
    readonly dotnet: { readonly namespace: string; readonly packageId: string };
    readonly go: { readonly moduleName: string; readonly packageName: string };
  };
}

const DESCRIPTION = "server-side, waited for, and rolled back when the deploy does not finish.";

export const ASSEMBLIES: readonly Assembly[] = [
  terraform("cdktf", "CDK for Terraform", "Cdktf"),
  terraform("cdktn", "CDK Terrain", "Cdktn"),
  {
    ...named("aws-cdk", "AwsCdk"),
    description: `Azure blob copies as constructs of AWS CDK: ${DESCRIPTION}`,
    framework: { from: "aws-cdk-lib", to: "aws-cdk-lib" },
    readme: { page: "docs/aws-cdk.md", module: "cdktf-azure-blob-copy/aws-cdk" },
    programs: ["lambda", "program/identity.js"],
    peers: ["aws-cdk-lib", "constructs"],
    keywords: [
      "cdk",
      "aws-cdk",
      "awscdk",
      "construct",
      "constructs",
      "cloudformation",
      "azure",
      "azure-storage",
      "blob-storage",
      "copy-blob",
    ],
    entry: "lib/aws-cdk/index.ts",
  },
];

function terraform(framework: string, title: string, pascal: string): Assembly {
  return {
    ...named(framework, pascal),
    description: `Azure blob copies as constructs of ${title}: ${DESCRIPTION}`,
    framework: { from: "cdktf", to: framework },
    readme: { page: "README.md", module: "cdktf-azure-blob-copy" },
    programs: ["program"],
    peers: [framework, "constructs"],
    keywords: ["cdk", framework, "construct", "constructs", "terraform", "opentofu", "azure", "azure-storage", "blob-storage", "copy-blob"],
    entry: "lib/index.ts",
  };
}

/** All names that contain the framework's name. */
function named(framework: string, pascal: string): Pick<Assembly, "folder" | "name" | "outDir" | "targets"> {
  const plain = framework.replaceAll("-", "");
  return {
    folder: framework,
    name: `@cdktf-azure-blob-copy/${framework}`,
    outDir: `dist/${framework}`,
    targets: {
      python: { distName: `${framework}-azure-blob-copy`, module: `${framework.replaceAll("-", "_")}_azure_blob_copy` },
      java: {
        package: `io.github.cdktfazureblobcopy.${plain}`,
        maven: { groupId: "io.github.cdktf-azure-blob-copy", artifactId: `${framework}-azure-blob-copy` },
      },
      dotnet: { namespace: `${pascal}AzureBlobCopy`, packageId: `${pascal}AzureBlobCopy` },
      go: { moduleName: "github.com/cdktf-azure-blob-copy/cdktf-azure-blob-copy-go", packageName: `${plain}azureblobcopy` },
    },
  };
}
