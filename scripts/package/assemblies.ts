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

export const ASSEMBLIES: readonly Assembly[] = [assembly("cdktf", "CDK for Terraform", "Cdktf"), assembly("cdktn", "CDK Terrain", "Cdktn")];

function assembly(framework: string, title: string, pascal: string): Assembly {
  return {
    folder: framework,
    name: `@cdktf-azure-blob-copy/${framework}`,
    description: `Azure blob copies as constructs of ${title}: server-side, waited for, and rolled back when the deploy does not finish.`,
    framework: { from: "cdktf", to: framework },
    peers: [framework, "constructs"],
    keywords: ["cdk", framework, "construct", "constructs", "terraform", "opentofu", "azure", "azure-storage", "blob-storage", "copy-blob"],
    entry: "lib/index.ts",
    outDir: `dist/${framework}`,
    targets: {
      python: { distName: `${framework}-azure-blob-copy`, module: `${framework}_azure_blob_copy` },
      java: {
        package: `io.github.cdktfazureblobcopy.${framework}`,
        maven: { groupId: "io.github.cdktf-azure-blob-copy", artifactId: `${framework}-azure-blob-copy` },
      },
      dotnet: { namespace: `${pascal}AzureBlobCopy`, packageId: `${pascal}AzureBlobCopy` },
      go: { moduleName: "github.com/cdktf-azure-blob-copy/cdktf-azure-blob-copy-go", packageName: `${framework}azureblobcopy` },
    },
  };
}
