// swift-tools-version: 6.2
import PackageDescription

// libFuzzer brings the main function. Tools/fuzz-input builds and runs this.
let package = Package(
  name: "Fuzzing",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "Covector", path: "..")],
  targets: [
    .executableTarget(
      name: "files",
      dependencies: [
        .product(name: "Covector", package: "Covector"),
        .product(name: "CovectorFiles", package: "Covector"),
      ]),
    .executableTarget(
      name: "einsum", dependencies: [.product(name: "Covector", package: "Covector")]),
  ],
  swiftLanguageModes: [.v6]
)
