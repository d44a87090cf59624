/**
 * The jsii assemblies, one for each framework: a single one would bring every framework along into every language, since no
 * package manager but npm knows optional peers.
 */
export interface Assembly {
  /** Folder below `packages/`, and what its reference in `docs/api/` is named after. */
  readonly folder: string;
  /** Of the npm package, which is the assembly. */
  readonly name: string;
  readonly description: string;
  /** The module that sources import, and what it becomes here. */
  readonly framework: { readonly from: string; readonly to: string };
  /** Page that is the package's README, and the module that its examples import. */
  readonly readme: { readonly page: string; readonly module: string };
  /** What is run when it is deployed, below `dist/`. */
  readonly programs: readonly string[];
  /** Range of each peer, as the main package has it; jsii takes its lowest version for the development dependency. */
  readonly peers: readonly string[];
  readonly keywords: readonly string[];
  /** Entry of the sources. */
  readonly entry: string;
  /** Where compiled files go: as deep as in the main package, so that they find the program in the same way. */
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

/** All names that are made of a framework's. */
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
