// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

// Each is a command of its own: its name, and the folder that is named after its module.
let examples: [(command: String, module: String)] = [
  ("char-transformer", "CharTransformer"),
  ("cloth", "Cloth"),
  ("gaussian-process", "GaussianProcess"),
  ("neural-field", "NeuralField"),
  ("pendulum", "Pendulum"),
  ("private-training", "PrivateTraining"),
]

let covector = ["Covector", "CovectorFiles", "CovectorOptimizers"].map {
  Target.Dependency.product(name: $0, package: "Covector")
}
let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")

// A package of its own, so that what the examples depend on reaches nobody who uses the library.
let package = Package(
  name: "Examples",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "regression", targets: ["regression"])]
    + examples.map { .executable(name: $0.command, targets: [$0.module]) },
  dependencies: [
    .package(name: "Covector", path: ".."),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
  ],
  targets: [
    .target(name: "ExampleSupport", path: "Support", swiftSettings: strict),
    .executableTarget(
      name: "regression",
      dependencies: ["ExampleSupport", argumentParser] + covector,
      path: "Regression",
      swiftSettings: strict),
    .testTarget(
      name: "RegressionTests",
      dependencies: ["regression", "ExampleSupport"],
      path: "Tests/RegressionTests",
      swiftSettings: strict),
    .testTarget(
      name: "ExampleTests",
      dependencies: ["ExampleSupport"] + covector
        + examples.map { .target(name: $0.module) },
      path: "Tests/ExampleTests",
      swiftSettings: strict),
  ]
    + examples.map {
      .executableTarget(
        name: $0.module, dependencies: ["ExampleSupport", argumentParser] + covector,
        path: $0.module,
        swiftSettings: strict)
    },
  swiftLanguageModes: [.v6]
)
