// swift-tools-version: 6.2
import PackageDescription

/// What every Swift target is compiled with.
let swift: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableExperimentalFeature("Lifetimes"),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

// An arrow points at what a module may import; nothing points back.
//
//   COpenBLAS, CKernels <- Compute <- Network, Optimization, Pictures <- Stylization
//   Stylization <- ImpastoABI (+ CImpasto), impasto (+ CPictureFiles)
let package = Package(
  name: "Impasto",
  products: [
    .executable(name: "impasto", targets: ["impasto"]),
    .library(name: "Impasto", type: .dynamic, targets: ["ImpastoABI"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    // MARK: - Arithmetic
    .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .target(name: "CKernels", cSettings: [.unsafeFlags(["-O3"])]),
    .target(
      name: "Compute", dependencies: ["CKernels", "COpenBLAS"], exclude: ["README.md"], swiftSettings: swift),

    // MARK: - The three that know nothing of one another
    .target(
      name: "Network", dependencies: ["CKernels", "Compute"], exclude: ["README.md"], swiftSettings: swift),
    .target(name: "Optimization", dependencies: ["Compute"], exclude: ["README.md"], swiftSettings: swift),
    .target(name: "Pictures", dependencies: ["Compute"], exclude: ["README.md"], swiftSettings: swift),

    // MARK: - The painting
    .target(
      name: "Stylization", dependencies: ["Network", "Optimization", "Pictures"], exclude: ["README.md"],
      swiftSettings: swift),

    // MARK: - The two ways in
    .target(name: "CImpasto"),
    .target(
      name: "ImpastoABI", dependencies: ["CImpasto", "Stylization"], exclude: ["README.md"], swiftSettings: swift,
      linkerSettings: [.unsafeFlags(["-static-stdlib"])]),
    .target(name: "CPictureFiles", dependencies: ["CGEGL"]),
    .systemLibrary(name: "CGEGL", pkgConfig: "gegl-0.4", providers: [.apt(["libgegl-dev"])]),
    .executableTarget(
      name: "impasto",
      dependencies: [
        "Stylization", "CPictureFiles",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      exclude: ["README.md"],
      swiftSettings: swift),

    // MARK: - Tests
    .target(
      name: "TestSupport", dependencies: ["CPictureFiles", "Pictures"], path: "Tests/TestSupport", swiftSettings: swift),
    .testTarget(name: "CKernelsTests", dependencies: ["CKernels", "TestSupport"], swiftSettings: swift),
    .testTarget(name: "ComputeTests", dependencies: ["Compute", "TestSupport"], swiftSettings: swift),
    .testTarget(
      name: "NetworkTests", dependencies: ["CKernels", "Compute", "Network", "TestSupport"], swiftSettings: swift),
    .testTarget(
      name: "OptimizationTests", dependencies: ["Compute", "Optimization"],
      exclude: ["make_reference.py", "TorchTrajectories.json"], swiftSettings: swift),
    .testTarget(
      name: "ImpastoABITests", dependencies: ["CImpasto", "Stylization", "TestSupport"], swiftSettings: swift),
    .testTarget(name: "CommandTests", dependencies: ["impasto", "TestSupport"], swiftSettings: swift),
    .testTarget(name: "CPictureFilesTests", dependencies: ["CPictureFiles", "TestSupport"], swiftSettings: swift),
    .testTarget(name: "PicturesTests", dependencies: ["Pictures", "TestSupport"], swiftSettings: swift),
    .testTarget(
      name: "StylizationTests",
      dependencies: ["Compute", "Network", "Optimization", "Pictures", "Stylization", "TestSupport"],
      swiftSettings: swift),
  ]
)
