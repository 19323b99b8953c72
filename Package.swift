// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

// glibc's vector mathematics is a library of its own, and exists for x86-64 alone on the glibc
// versions we support.
#if os(Linux) && arch(x86_64)
  let mathLibraries: [LinkerSetting] = [.linkedLibrary("mvec"), .linkedLibrary("m")]
#elseif os(Linux)
  let mathLibraries: [LinkerSetting] = [.linkedLibrary("m")]
#else
  let mathLibraries: [LinkerSetting] = []
#endif

let package = Package(
  name: "Covector",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Covector", targets: ["Covector"]),
    .library(name: "CovectorFiles", targets: ["CovectorFiles"]),
    .library(name: "CovectorOptimizers", targets: ["CovectorOptimizers"]),
    .library(name: "CovectorTesting", targets: ["CovectorTesting"]),
  ],
  targets: [
    .target(
      name: "CovectorKernels",
      cSettings: [.define("_GNU_SOURCE")],
      linkerSettings: mathLibraries),
    .target(name: "Covector", dependencies: ["CovectorKernels"], swiftSettings: strict),
    .target(name: "CovectorFiles", dependencies: ["Covector"], swiftSettings: strict),
    .target(name: "CovectorOptimizers", dependencies: ["Covector"], swiftSettings: strict),
    .target(name: "CovectorValues", dependencies: ["Covector"], swiftSettings: strict),
    .target(
      name: "CovectorTesting", dependencies: ["Covector", "CovectorValues"], swiftSettings: strict),
    .target(
      name: "CovectorFuzzing", dependencies: ["Covector", "CovectorValues"], swiftSettings: strict),
    .executableTarget(
      name: "sweep", dependencies: ["CovectorTesting", "Covector"], swiftSettings: strict),
    .executableTarget(
      name: "fuzz", dependencies: ["CovectorFuzzing", "Covector"], swiftSettings: strict),
    .executableTarget(name: "accuracy", dependencies: ["Covector"], swiftSettings: strict),
    .testTarget(
      name: "CovectorTests",
      dependencies: [
        "Covector", "CovectorFiles", "CovectorFuzzing", "CovectorTesting", "CovectorValues",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "CovectorFilesTests", dependencies: ["Covector", "CovectorFiles"],
      swiftSettings: strict),
    .testTarget(
      name: "CovectorOptimizersTests",
      dependencies: ["Covector", "CovectorFiles", "CovectorOptimizers"],
      swiftSettings: strict),
    .testTarget(
      name: "SnippetTests",
      dependencies: ["Covector", "CovectorFiles", "CovectorOptimizers", "CovectorTesting"],
      swiftSettings: strict),
    .testTarget(
      name: "CovectorTestingTests",
      dependencies: ["Covector", "CovectorFuzzing", "CovectorTesting", "CovectorValues"],
      swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
